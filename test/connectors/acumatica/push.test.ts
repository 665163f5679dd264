import { describe, expect, it } from 'vitest';
import { readPush, webhooks } from '../../../connectors/acumatica/push.ts';

const headers = { 'X-Costwire-Secret': 'shared-secret' };
const body = (changes: Record<string, unknown> = {}): string =>
  JSON.stringify({
    Inserted: [{ Type: 'Bill', ReferenceNbr: '000123', Status: 'Closed' }],
    Deleted: [
      { Type: 'Bill', ReferenceNbr: '000123', Status: 'Open' },
      { Type: 'Bill', ReferenceNbr: '000124', Status: 'Open' },
    ],
    Query: 'COSTWIRE-Bills',
    CompanyId: 'Acme Live',
    Id: '5d4e0f0a',
    AdditionalInfo: {},
    ...changes,
  }).replace('"AdditionalInfo"', '"TimeStamp":639105337311234567,"AdditionalInfo"');

describe('push notifications', () => {
  it('say once which records changed, with a time beyond what a binary float can hold', () => {
    const at = new Date(Number((639105337311234567n - 621355968000000000n) / 10000n)).toISOString();
    expect(readPush(headers, body(), 'shared-secret')).toEqual([
      { id: '5d4e0f0a:Bill/000123', event: 'COSTWIRE-Bills', resource: 'bills', recordId: 'Bill/000123', at },
      { id: '5d4e0f0a:Bill/000124', event: 'COSTWIRE-Bills', resource: 'bills', recordId: 'Bill/000124', at },
    ]);
  });

  it('are refused without the shared header, with a wrong one, and when no secret is set', () => {
    expect(readPush({}, body(), 'shared-secret')).toBeUndefined();
    expect(readPush({ 'x-costwire-secret': 'shared-secreT' }, body(), 'shared-secret')).toBeUndefined();
    expect(readPush({ 'x-costwire-secret': '' }, body(), '')).toBeUndefined();
    expect(webhooks.secretHeader).toBe('x-costwire-secret');
  });

  it('are refused when they are cut off or something else', () => {
    expect(readPush(headers, body().slice(0, 60), 'shared-secret')).toBeUndefined();
    expect(readPush(headers, '[]', 'shared-secret')).toBeUndefined();
  });

  it('of an unknown inquiry, or without keys, still say that something changed', () => {
    expect(readPush(headers, body({ Query: 'Other' }), 'shared-secret')).toMatchObject([
      { id: '5d4e0f0a', event: 'Other' },
    ]);
    expect(readPush(headers, body({ Inserted: [], Deleted: [{ Status: 'Open' }] }), 'shared-secret')).toMatchObject([
      { id: '5d4e0f0a', resource: 'bills' },
    ]);
  });
});
