/** The texts in the language of this window. Components import `t` and nothing else. */
import { en, type Strings } from './en.ts';

export type { Strings } from './en.ts';
export const t: Strings = en;
