import { isContractProcedure } from '@orpc/contract';
import { describe, expect, it } from 'vitest';
import { contract } from '../../../engine/api/contract.ts';

/** Every procedure by its path, such as `flow.save`. */
function procedures(value: unknown, path: readonly string[] = []): string[] {
  if (isContractProcedure(value)) return [path.join('.')];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => procedures(inner, [...path, name]));
}

describe('the contract', () => {
  it('names every noun of the product', () => {
    const nouns = new Set(procedures(contract).map((path) => path.split('.')[0]));
    expect([...nouns]).toEqual([
      'flow',
      'connector',
      'node',
      'connection',
      'table',
      'run',
      'record',
      'watermark',
      'template',
      'settings',
      'host',
      'search',
    ]);
  });

  it('calls nothing by a name that every function has: the client would call that instead', () => {
    const names = procedures(contract).map((path) => path.split('.').at(-1) ?? '');
    expect(names.filter((name) => name in Function.prototype || name === 'then')).toEqual([]);
  });

  it('refuses what does not fit, before any service sees it', () => {
    const refuses = (procedure: { '~orpc': { inputSchema?: unknown } }, input: unknown) => {
      const schema = procedure['~orpc'].inputSchema as { safeParse(value: unknown): { success: boolean } };
      return !schema.safeParse(input).success;
    };
    expect(refuses(contract.flow.rename, { id: 'f_1', name: '  ' })).toBe(true);
    expect(refuses(contract.flow.rename, { id: 'f_1', name: '請求書 📄' })).toBe(false);
    expect(refuses(contract.flow.save, { document: { format: 'else' }, revision: 'r' })).toBe(true);
    expect(refuses(contract.run.start, { kind: 'replay', flowId: 'f_1' })).toBe(true);
    expect(refuses(contract.flow.sample, { document: {}, limit: 5000 })).toBe(true);
    expect(refuses(contract.connection.save, { name: 'x', connector: 'x', environment: 'live', fields: {} })).toBe(
      true,
    );
    expect(refuses(contract.search, { text: 'x'.repeat(501) })).toBe(true);
  });
});
