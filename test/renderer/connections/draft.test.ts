import { describe, expect, it } from 'vitest';
import type { ConnectionView, ConnectorView } from '../../../engine/api/contract.ts';
import { type CredentialField, isShown } from '../../../engine/model/connection.ts';
import { draftOf, isChanged, missingFields, newDraft } from '../../../renderer/connections/draft.ts';

const field = (name: string, more: Partial<CredentialField> = {}): CredentialField => ({
  name,
  label: name,
  kind: 'text',
  required: true,
  help: '',
  ...more,
});
const userName = field('userName', { when: { field: 'mode', is: ['password'] } });
const credentials = [
  field('address', { kind: 'url' }),
  field('mode', { kind: 'choice', default: 'password' }),
  userName,
  field('clientSecret', { kind: 'secret' }),
  field('branch', { required: false }),
];
const connector: ConnectorView = {
  id: 'acme',
  title: 'Acme',
  vendor: 'Acme',
  description: '',
  role: 'target',
  credentials,
  limits: [],
  assumptions: [],
  resources: [],
  hasPractice: false,
  discovers: false,
};
const stored: ConnectionView = {
  id: 'c_1',
  name: 'Main',
  connector: 'acme',
  environment: 'sandbox',
  fields: { address: 'https://acme.example', userName: 'api' },
  secrets: ['clientSecret'],
  usedBy: [],
};

describe('the draft of a connection', () => {
  it('starts in the sandbox with the declared defaults and asks for the rest', () => {
    const draft = newDraft(connector);
    expect(draft).toMatchObject({ environment: 'sandbox', fields: { mode: 'password' }, secrets: {} });
    expect(missingFields(draft, credentials, [])).toEqual(['address', 'userName', 'clientSecret']);
  });

  it('never misses a field that is hidden', () => {
    const draft = {
      ...newDraft(connector),
      fields: { address: 'https://a.example', mode: 'browser' },
      secrets: { clientSecret: 'x' },
    };
    expect(isShown(userName, credentials, draft.fields)).toBe(false);
    expect(missingFields(draft, credentials, [])).toEqual([]);
  });

  it('keeps a secret that is set, and misses it once it shall be forgotten or replaced by nothing', () => {
    const draft = draftOf(stored);
    expect(missingFields(draft, credentials, stored.secrets)).toEqual([]);
    expect(missingFields({ ...draft, secrets: { clientSecret: null } }, credentials, stored.secrets)).toEqual([
      'clientSecret',
    ]);
    expect(missingFields({ ...draft, secrets: { clientSecret: '' } }, credentials, stored.secrets)).toEqual([
      'clientSecret',
    ]);
  });

  it('is changed by a field, a secret or a name, and not by a blank for an absent field', () => {
    const draft = draftOf(stored);
    expect(isChanged(draft, stored)).toBe(false);
    expect(isChanged({ ...draft, fields: { ...draft.fields, branch: '' } }, stored)).toBe(false);
    expect(isChanged({ ...draft, fields: { ...draft.fields, branch: 'WEST' } }, stored)).toBe(true);
    expect(isChanged({ ...draft, secrets: { clientSecret: 'new' } }, stored)).toBe(true);
    expect(isChanged({ ...draft, name: 'Other' }, stored)).toBe(true);
  });
});
