/** Choosing by status and by reason: one press takes or leaves a whole group. */
import { Checkbox } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ReasonGroup, RecordListItem, Amounts as Sums } from '../../engine/api/contract.ts';
import { Amounts } from '../app/parts.tsx';
import { t } from '../strings/index.ts';
import { extentOf, isOfReason, keysOf, statusGroups, toggled } from './choice.ts';

const words = t.replay;

interface ChoicesProps {
  records: readonly RecordListItem[];
  reasons: readonly ReasonGroup[];
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
}

interface Choice {
  id: string;
  label: string;
  count: number;
  amounts: Sums;
  keys: string[];
}

function ChoiceList(props: Pick<ChoicesProps, 'chosen' | 'onChoose'> & { title: string; choices: readonly Choice[] }) {
  const { chosen, onChoose, title, choices } = props;
  return (
    <fieldset className="replay__choices">
      <legend>{title}</legend>
      {choices.map(({ id, label, count, amounts, keys }) => (
        <div key={id} className="replay__choice">
          <Checkbox
            label={label}
            checked={extentOf(chosen, keys) === 'all'}
            indeterminate={extentOf(chosen, keys) === 'some'}
            disabled={keys.length === 0}
            onChange={() => onChoose(toggled(chosen, keys))}
          />
          <span className="replay__sum">
            {t.run.records(count)} <Amounts amounts={amounts} />
          </span>
        </div>
      ))}
    </fieldset>
  );
}

/** The two lists. */
export function Choices({ records, reasons, chosen, onChoose }: ChoicesProps): ReactNode {
  const byStatus = statusGroups(records).map(
    ({ status, count, amounts }): Choice => ({
      id: status,
      label: t.run.record[status],
      count,
      amounts,
      keys: keysOf(records, (record) => record.status === status),
    }),
  );
  const byReason = reasons.map(
    (group): Choice => ({
      id: `${group.status} ${group.code}`,
      label: words.reason(t.run.record[group.status], t.runs.reasons[group.reason], group.code),
      count: group.count,
      amounts: group.amounts,
      keys: keysOf(records, isOfReason(group)),
    }),
  );
  return (
    <>
      <ChoiceList title={words.statuses} choices={byStatus} chosen={chosen} onChoose={onChoose} />
      <ChoiceList title={words.reasons} choices={byReason} chosen={chosen} onChoose={onChoose} />
    </>
  );
}
