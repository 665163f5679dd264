/** `npm run docs`: writes the pages that are made from the source. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { referencePage } from './reference.ts';

const folder = join(import.meta.dirname, '../docs');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'formulas.md'), referencePage());
console.log('docs/formulas.md written');
