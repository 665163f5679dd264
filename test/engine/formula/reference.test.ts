import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { allFunctions } from '../../../engine/formula/functions/index.ts';
import { referencePage } from '../../../scripts/reference.ts';
import { root } from '../../support/imports.ts';

it('has a reference page made from the declarations as they are', () => {
  expect(readFileSync(join(root, 'docs/formulas.md'), 'utf8'), 'run npm run docs').toBe(referencePage());
});

it('documents every function with a summary, its arguments and an example', () => {
  expect(allFunctions.length).toBeGreaterThanOrEqual(120);
  const poor = allFunctions.filter(
    (one) =>
      one.summary === '' || one.examples.length === 0 || [...one.parameters, ...one.rest].some(({ doc }) => doc === ''),
  );
  expect(poor.map(({ name }) => name)).toEqual([]);
});
