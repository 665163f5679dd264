import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { nodeKinds } from '../../engine/nodes/index.ts';
import { nodesPage } from '../../scripts/nodes.ts';
import { root } from '../support/imports.ts';

it('has a page about the nodes made from the declarations as they are', () => {
  expect(readFileSync(join(root, 'docs/nodes.md'), 'utf8'), 'run npm run docs').toBe(nodesPage());
});

it('says of every node that combines or proposes what counts at the edges', () => {
  const silent = nodeKinds.filter(({ category, kind, about }) => {
    const wanted = category === 'combine' || ['branch', 'dedupe', 'propose'].includes(kind);
    return wanted && (about ?? '').length < 60;
  });
  expect(silent.map(({ kind }) => kind)).toEqual([]);
});
