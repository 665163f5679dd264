import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readTemplates } from '../../../engine/api/host.ts';
import { byPlace, type Template } from '../../../engine/model/template.ts';
import { root } from '../../support/imports.ts';

it('shows templates by what people do first; those without a place follow by name', async () => {
  const bundled = await readTemplates(join(root, 'templates'));
  expect(bundled.slice(0, 3).map(({ id }) => id)).toEqual([
    'procore-acumatica-invoices',
    'procore-acumatica-direct-costs',
    'ap-payments-to-procore',
  ]);
  expect(bundled.filter(({ place }) => place === undefined).map(({ id }) => id)).toEqual([]);
  const [first] = bundled;
  if (first === undefined) throw new TypeError('Costwire comes with templates.');
  const { place: _place, ...unplaced } = first;
  const own: Template[] = [{ ...unplaced, name: 'B' }, { ...unplaced, name: 'A' }, first];
  expect(own.sort(byPlace).map(({ name }) => name)).toEqual([first.name, 'A', 'B']);
});
