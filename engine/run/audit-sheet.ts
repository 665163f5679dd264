/** The readable workbook of an audit pack. */
import writeXlsxFile, { type Cell, type Row } from 'write-excel-file/node';
import {
  getCellAddress,
  getOrderOfSiblings,
  insertElementMarkupAccordingToOrderOfSiblings,
} from 'write-excel-file/utility';
import { tryParse } from '../model/decimal.ts';
import type { RunSummary } from '../model/run.ts';
import type { AuditEntry } from '../store/audit-chain.ts';
import type { LedgerRow } from '../store/deliveries.ts';
import type { StoredOutcome } from '../store/records.ts';

/** What the workbook shows. */
export interface AuditSheetContent {
  run: RunSummary;
  records: readonly StoredOutcome[];
  documents: readonly LedgerRow[];
  chain: readonly AuditEntry[];
  writtenAt: string;
}

const head = (...titles: string[]): Row => titles.map((value) => ({ value, type: String, fontWeight: 'bold' }));

/** Codes and numbers of documents stay text, so that zeros survive. */
const text = (value: string | undefined): Cell =>
  value === undefined || value === '' ? null : { value, type: String };

/** A number cell for people to add up; the exact text is in the JSON files. */
const money = (value: string | undefined): Cell => {
  if (value === undefined || tryParse(value) === undefined) return text(value);
  return { value: Number(value), type: Number, format: '#,##0.00' };
};

/** An instant as a date that can be sorted and filtered; workbooks know no zones, so the head says UTC. */
const instant = (value: string | undefined): Cell => {
  if (value === undefined || Number.isNaN(Date.parse(value))) return text(value);
  return { value: new Date(value), type: Date, format: 'yyyy-mm-dd hh:mm:ss' };
};

/** Long sentences are broken into lines instead of running on for a metre. */
const sentence = (value: string | undefined): Cell =>
  value === undefined || value === '' ? null : { value, type: String, wrap: true };

function summary({ run, writtenAt }: AuditSheetContent): Row[] {
  const rows: Row[] = [
    head('Run', ''),
    ['Flow', text(run.flowName)],
    ['Flow version', run.flowVersion],
    ['Run id', text(run.id)],
    ['Kind', text(run.kind)],
    ['Status', text(run.status)],
    ['Started (UTC)', instant(run.startedAt)],
    ['Finished (UTC)', instant(run.finishedAt)],
    ['Started by', text(run.startedBy)],
    ['Written (UTC)', instant(writtenAt)],
    ...Object.entries(run.tableVersions).map(([table, version]): Row => [`Table ${table}`, `version ${version}`]),
    [],
    head('Status', 'Records', 'Currency', 'Amount'),
  ];
  for (const [status, count] of Object.entries(run.counts)) {
    if (status === 'total' || count === 0) continue;
    const amounts = Object.entries(run.amounts).find(([name]) => name === status)?.[1] ?? {};
    const currencies = Object.entries(amounts);
    if (currencies.length === 0) rows.push([status, count]);
    for (const [currency, amount] of currencies) rows.push([status, count, currency, money(amount)]);
  }
  rows.push(['total', run.counts.total]);
  return rows;
}

const recordRows = (records: readonly StoredOutcome[]): Row[] => [
  head(
    'Source record',
    'Project',
    'Status',
    'Business key',
    'Amount',
    'Currency',
    'ERP number',
    'ERP status',
    'Settled (UTC)',
    'Reason',
    'Note',
  ),
  ...records.map(
    (record): Row => [
      text(record.origin.label ?? record.key),
      text(record.origin.scope?.label),
      record.status,
      text(record.businessKey),
      money(record.amount),
      text(record.currency),
      text(record.target?.number),
      text(record.target?.status),
      instant(record.settledAt),
      sentence(record.error?.message),
      sentence(record.note),
    ],
  ),
];

const documentRows = (documents: readonly LedgerRow[]): Row[] => [
  head(
    'Business key',
    'State',
    'Amount',
    'Currency',
    'ERP id',
    'ERP number',
    'Released',
    'Times sent',
    'Last change (UTC)',
    'Content hash',
    'Mapping rows',
  ),
  ...documents.map(
    (row): Row => [
      text(row.businessKey),
      row.state,
      money(row.amount),
      text(row.currency),
      text(row.targetId),
      text(row.targetNumber),
      row.releaseState,
      row.attempts,
      instant(row.updatedAt),
      text(row.contentHash),
      sentence(row.mappingRows.join(', ')),
    ],
  ),
];

const chainRows = (chain: readonly AuditEntry[]): Row[] => [
  head(
    'Entry',
    'When (UTC)',
    'Who',
    'What',
    'Business key',
    'ERP number',
    'Amount',
    'Currency',
    'Detail',
    'Hash',
    'Hash before',
  ),
  ...chain.map(
    ({ sequence, at, body, hash, previousHash }): Row => [
      sequence,
      instant(at),
      text(body.who),
      body.event,
      text(body.businessKey),
      text(body.targetNumber),
      money(body.amount),
      text(body.currency),
      sentence(body.detail),
      text(hash),
      text(previousHash),
    ],
  ),
];

const widths = (...columns: number[]) => columns.map((width) => ({ width }));

type Options = NonNullable<Parameters<typeof writeXlsxFile>[1]>;
type SheetFeature = NonNullable<Options['features']>[number];
const sheetFile = 'xl/worksheets/sheet{id}.xml';

/** Filter buttons on the head row of every sheet but the first: the library leaves them to those who want them. */
function filters(sheets: readonly { data: readonly Row[] }[]): SheetFeature {
  return {
    files: {
      transform: {
        [sheetFile]: {
          transform: (markup, _options, { sheetIndex }) => {
            const rows = sheets[sheetIndex]?.data ?? [];
            const [head] = rows;
            if (sheetIndex === 0 || head === undefined) return markup;
            const last = getCellAddress(rows.length - 1, head.length - 1);
            const order = getOrderOfSiblings(sheetFile, 'worksheet') ?? [];
            return insertElementMarkupAccordingToOrderOfSiblings(
              markup,
              `<autoFilter ref="A1:${last}"/>`,
              order,
              'worksheet',
            );
          },
        },
      },
    },
  };
}

/** Writes the workbook. */
export async function writeAuditSheet(path: string, content: AuditSheetContent): Promise<void> {
  const sheets = [
    { sheet: 'Summary', data: summary(content), columns: widths(22, 28, 10, 18) },
    {
      sheet: 'Records',
      data: recordRows(content.records),
      stickyRowsCount: 1,
      columns: widths(24, 24, 16, 30, 14, 9, 14, 14, 19, 60, 60),
    },
    {
      sheet: 'Documents',
      data: documentRows(content.documents),
      stickyRowsCount: 1,
      columns: widths(30, 10, 14, 9, 38, 14, 10, 11, 19, 66, 40),
    },
    {
      sheet: 'Audit chain',
      data: chainRows(content.chain),
      stickyRowsCount: 1,
      columns: widths(8, 19, 14, 12, 30, 14, 14, 9, 60, 66, 66),
    },
  ];
  await writeXlsxFile(sheets, { features: [filters(sheets)] }).toFile(path);
}
