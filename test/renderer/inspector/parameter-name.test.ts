import { expect, it } from 'vitest';
import { parameterName } from '../../../renderer/inspector/parameter-name.ts';

it('makes names that formulas can write and that are not taken', () => {
  expect(parameterName('Invoices dated from', [])).toBe('invoices_dated_from');
  expect(parameterName('  Größe (max.) ', [])).toBe('gro_e_max');
  expect(parameterName('2nd approval', [])).toBe('p_2nd_approval');
  expect(parameterName('عقد', [])).toBe('p');
  expect(parameterName('Cutoff', ['cutoff', 'cutoff_2'])).toBe('cutoff_3');
});
