/** Columns of a list of records. */
import type { ReactNode } from 'react';
import type { RecordListItem } from '../../engine/api/contract.ts';
import { Amount, RelativeTime } from '../app/parts.tsx';
import { NameCell, TextCell } from '../grid/cells.tsx';
import type { GridColumn } from '../grid/Grid.tsx';
import { t } from '../strings/index.ts';
import { statusTones, urgencyOf } from './status-groups.ts';

/** What people call a record. */
export const nameOf = (record: RecordListItem): string => record.origin.label ?? record.key;

/** Why a record stands where it does: the reason, or the remark. */
export const reasonOf = (record: RecordListItem): string => record.error?.message ?? record.note ?? '';

/** The document in the ERP; a link where the connector gives an address. */
export function DocumentLink({ target }: { target: RecordListItem['target'] }): ReactNode {
  if (target === undefined) return null;
  const number = target.number ?? target.id;
  return target.url === undefined ? (
    <span className="grid__text">{number}</span>
  ) : (
    <a
      className="cell-link"
      tabIndex={-1}
      href={target.url}
      target="_blank"
      rel="noreferrer"
      title={t.runs.openInErp(number)}
    >
      {number}
    </a>
  );
}

/** A status in colour and words. */
export function StatusTag({ status }: { status: RecordListItem['status'] }): ReactNode {
  return <span className={`tag tag--${statusTones[status]}`}>{t.run.record[status]}</span>;
}

const words = t.runs.columns;

/** The columns. Records sort by urgency under Status: what needs a person first. */
export const recordColumns: readonly GridColumn<RecordListItem>[] = [
  {
    id: 'record',
    title: words.record,
    value: nameOf,
    width: 170,
    cell: (record) => <NameCell text={nameOf(record)} />,
  },
  {
    id: 'status',
    title: words.status,
    value: (record) => urgencyOf(record.status),
    text: (record) => t.run.record[record.status],
    width: 140,
    cell: (record) => <StatusTag status={record.status} />,
  },
  {
    id: 'amount',
    title: words.amount,
    value: (record) => record.amount ?? '',
    amounts: ({ amount, currency }) => (amount === undefined ? undefined : { [currency ?? '']: amount }),
    width: 140,
    align: 'right',
    cell: ({ amount, currency }) => <Amount amount={amount} {...(currency === undefined ? {} : { currency })} />,
  },
  {
    id: 'document',
    title: words.document,
    value: ({ target }) => target?.number ?? target?.id ?? '',
    width: 120,
    cell: ({ target }) => <DocumentLink target={target} />,
  },
  {
    id: 'reason',
    title: words.reason,
    value: reasonOf,
    width: 300,
    cell: (record) => <TextCell text={reasonOf(record)} />,
  },
  {
    id: 'remedy',
    title: words.remedy,
    value: ({ error }) => error?.hint ?? '',
    width: 260,
    cell: ({ error }) => (
      <span className="grid__text cell-faint" title={error?.hint}>
        {error?.hint}
      </span>
    ),
  },
  { id: 'project', title: words.project, value: ({ origin }) => origin.scope?.label ?? '', width: 150 },
  {
    id: 'reasonClass',
    title: words.reasonClass,
    value: ({ error }) => (error === undefined ? '' : t.runs.reasons[error.reason]),
    width: 120,
    hidden: true,
  },
  { id: 'code', title: words.code, value: ({ error }) => error?.code ?? '', width: 150, hidden: true },
  {
    id: 'businessKey',
    title: words.businessKey,
    value: ({ businessKey }) => businessKey ?? '',
    width: 180,
    hidden: true,
  },
  { id: 'system', title: words.system, value: ({ origin }) => origin.system, width: 110, hidden: true },
  { id: 'node', title: words.node, value: ({ nodeId }) => nodeId, width: 110, hidden: true },
  {
    id: 'at',
    title: words.at,
    value: ({ at }) => at,
    width: 140,
    hidden: true,
    cell: ({ at }) => <RelativeTime at={at} />,
  },
];
