import { describe, expect, it } from 'vitest';
import { type CredentialField, isShown } from '../../../engine/model/connection.ts';

const field = (name: string, more: Partial<CredentialField> = {}): CredentialField => ({
  name,
  label: name,
  kind: 'text',
  required: true,
  help: '',
  ...more,
});
const secret = field('secret', { when: { field: 'mode', is: ['service', 'robot'] } });
const fields = [field('address'), field('mode', { kind: 'choice', default: 'service' }), secret];

describe('a field of a connection', () => {
  it('without a condition always belongs to it', () => {
    expect(isShown(field('address'), fields, {})).toBe(true);
  });

  it.each([
    [{ mode: 'robot' }, true],
    [{ mode: 'user' }, false],
    [{ mode: '' }, false],
    [{}, true],
  ])('with a condition belongs to %j: %s', (values, shown) => {
    expect(isShown(secret, fields, values)).toBe(shown);
  });

  it('whose condition names a field without default is hidden until that is filled in', () => {
    const hidden = field('x', { when: { field: 'address', is: ['a'] } });
    expect(isShown(hidden, fields, {})).toBe(false);
    expect(isShown(hidden, fields, { address: 'a' })).toBe(true);
  });
});
