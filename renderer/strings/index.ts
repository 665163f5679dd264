/** The texts in the language of this window. Components import `t` and nothing else. */
import { en, type Strings } from './en.ts';
import { pseudo } from './pseudo.ts';

export type { Strings } from './en.ts';
/** Only a build in the mode `pseudo`, which tests make, speaks the pseudo language. */
export const t: Strings = import.meta.env?.MODE === 'pseudo' ? pseudo(en) : en;
