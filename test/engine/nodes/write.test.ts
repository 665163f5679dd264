import { describe, expect, it } from 'vitest';
import type { CheckContext } from '../../../engine/nodes/node.ts';
import { isReleasing, write, writeSetup } from '../../../engine/nodes/write.ts';

const context = (release: boolean): CheckContext => ({
  parameters: { final: { type: 'boolean' }, cutoff: { type: 'date' } },
  connector: () => ({
    id: 'erp',
    title: 'ERP',
    vendor: 'Toy',
    description: '',
    role: 'target',
    credentials: [],
    limits: [],
    assumptions: [],
  }),
  resource: () => ({
    id: 'bills',
    title: 'Bills',
    description: '',
    scope: 'company',
    fields: [],
    incremental: false,
    abilities: { read: false, get: false, create: true, update: false, release },
  }),
  resources: () => ['bills'],
  connection: () => ({ id: 'c', name: 'ERP', connector: 'erp', environment: 'practice', fields: {}, secrets: [] }),
  table: () => undefined,
});
const node = (release?: boolean | string) => ({
  id: 'post',
  kind: 'write',
  config: { slot: 'erp', resource: 'bills', ...(release === undefined ? {} : { release }) },
});
const codes = (release: boolean | string, able = true) =>
  write.check(node(release), {}, context(able)).problems.map(({ code, field }) => [code, field]);

describe('the release of a write node', () => {
  it('is off unless the node or the parameter it is bound to says so', () => {
    const releasing = (release: boolean | string | undefined, final: boolean | string) =>
      isReleasing(writeSetup(node(release)), { final });
    expect([releasing(undefined, true), releasing(true, false), releasing(false, true)]).toEqual([false, true, false]);
    expect([releasing('=final', true), releasing('=final', 'true'), releasing('= final ', true)]).toEqual([
      true,
      true,
      true,
    ]);
    expect([releasing('=final', false), releasing('=final', 'false'), releasing('=other', true)]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('is bound to a yes-or-no parameter only, and offered only where the resource can be released', () => {
    expect(codes('=final')).toEqual([]);
    for (const wrong of ['=cutoff', '=missing', 'final', '=final + 1', ''])
      expect(codes(wrong), wrong).toEqual([['flow.invalid', 'release']]);
    expect(codes('=final', false)).toEqual([['flow.unknownResource', 'release']]);
  });
});
