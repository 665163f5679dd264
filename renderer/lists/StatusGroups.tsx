/** The records of a run by status: read = posted + held + …, with amounts. Pressing one shows only its records. */
import type { ReactNode } from 'react';
import type { RecordTotals } from '../../engine/api/contract.ts';
import type { RecordStatus } from '../../engine/model/run.ts';
import { Amounts } from '../app/parts.tsx';
import { t } from '../strings/index.ts';
import { groupsOf, statusTones, sumOf } from './status-groups.ts';

interface GroupsProps {
  totals: RecordTotals;
  chosen: RecordStatus | undefined;
  onChoose: (status: RecordStatus | undefined) => void;
  /** One line, where there is little room. */
  isSmall: boolean;
  /** Stands at the end of the line. */
  more?: ReactNode;
}

/** The groups, as a sum. */
export function StatusGroups({ totals, chosen, onChoose, isSmall, more }: GroupsProps): ReactNode {
  const groups = groupsOf(totals);
  const all = sumOf(groups);
  const parts = [{ status: undefined, ...all }, ...groups];
  return (
    <fieldset className={isSmall ? 'groups groups--small' : 'groups'}>
      <legend className="visually-hidden">{t.runs.groups}</legend>
      {parts.map(({ status, count, amounts }, index) => (
        <span key={status ?? 'all'} className="groups__part">
          {index === 0 ? null : (
            <span className="groups__sign" aria-hidden="true">
              {index === 1 ? '=' : '+'}
            </span>
          )}
          <button
            type="button"
            className={`groups__card groups__card--${status === undefined ? 'all' : statusTones[status]}`}
            aria-pressed={chosen === status}
            onClick={() => onChoose(status)}
          >
            <span className="groups__head">
              <strong>{count.toLocaleString('en-US')}</strong>{' '}
              {status === undefined ? t.runs.all : t.run.record[status]}
            </span>
            <span className="groups__amount">
              {Object.keys(amounts).length === 0 ? (
                <span className="cell-faint">{t.runs.noAmount}</span>
              ) : (
                <Amounts amounts={amounts} />
              )}
            </span>
          </button>
        </span>
      ))}
      {more}
    </fieldset>
  );
}
