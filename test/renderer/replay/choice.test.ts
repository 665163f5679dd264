import { describe, expect, it } from 'vitest';
import type { RecordListItem } from '../../../engine/api/contract.ts';
import { AppError } from '../../../engine/model/error.ts';
import {
  candidates,
  extentOf,
  isOfReason,
  keysOf,
  statusGroups,
  sumOfRecords,
  toggled,
} from '../../../renderer/replay/choice.ts';
import { sampleOutcome } from '../../support/store.ts';

const record = (number: number, more: Partial<RecordListItem>): RecordListItem => ({
  ...sampleOutcome('r1', number),
  at: '2026-03-01T10:00:00Z',
  flowId: 'f1',
  flowName: 'Bills',
  ...more,
});
const unmapped = new AppError('mapping.unmappedCode', 'No row.').toJSON();
const records = [
  record(1, { status: 'posted' }),
  record(2, { status: 'skipped' }),
  record(3, { status: 'held', error: unmapped }),
  record(4, { status: 'failed', error: new AppError('remote.rejected', 'No.').toJSON() }),
  record(5, { status: 'inDoubt' }),
  record(6, { status: 'held', error: unmapped, currency: 'CAD' }),
];
const key = (number: number): string => record(number, {}).key;

describe('choosing records to replay', () => {
  it('offers what is open first, then what is posted; what was skipped never', () => {
    expect(candidates(records).map(({ status }) => status)).toEqual(['held', 'failed', 'inDoubt', 'held', 'posted']);
  });

  it('never chooses what is posted', () => {
    expect(keysOf(records)).toEqual([3, 4, 5, 6].map(key));
    expect(keysOf(records, ({ status }) => status === 'posted')).toEqual([]);
  });

  it('takes and leaves whole groups, and knows when a part is chosen', () => {
    const mapping = keysOf(records, isOfReason({ status: 'held', code: 'mapping.unmappedCode' }));
    expect(mapping).toEqual([3, 6].map(key));
    const one = toggled(new Set(), [key(3)]);
    expect(extentOf(one, mapping)).toBe('some');
    const both = toggled(one, mapping);
    expect(extentOf(both, mapping)).toBe('all');
    expect(toggled(both, mapping).size).toBe(0);
  });

  it('counts and adds by status, currency by currency, to the cent', () => {
    expect(statusGroups(records)).toEqual([
      { status: 'held', count: 2, amounts: { USD: '3.50', CAD: '6.50' } },
      { status: 'failed', count: 1, amounts: { USD: '4.50' } },
      { status: 'inDoubt', count: 1, amounts: { USD: '5.50' } },
    ]);
    expect(sumOfRecords([])).toEqual({ count: 0, amounts: {} });
  });
});
