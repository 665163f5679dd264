/** `npm run docs`: writes the pages that are made from the source. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodesPage } from './nodes.ts';
import { referencePage } from './reference.ts';

const folder = join(import.meta.dirname, '../docs');
mkdirSync(folder, { recursive: true });
for (const [name, page] of [
  ['formulas.md', referencePage()],
  ['nodes.md', nodesPage()],
] as const) {
  writeFileSync(join(folder, name), page);
  console.log(`docs/${name} written`);
}
