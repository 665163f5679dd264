/** The vouchers of a posting sheet as a list, with the lines of the one that is looked at. */
import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { type ReactNode, useCallback, useState } from 'react';
import type { Voucher } from '../../engine/model/run.ts';
import { Amount } from '../app/parts.tsx';
import { NameCell, TextCell } from '../grid/cells.tsx';
import { Grid, type GridColumn } from '../grid/Grid.tsx';
import { t } from '../strings/index.ts';
import './dock.css';

const tones: Readonly<Record<Voucher['action'], string>> = {
  create: 'good',
  update: 'info',
  skip: 'plain',
  hold: 'warn',
};
/** What is posted stands first. */
const order: readonly Voucher['action'][] = ['create', 'update', 'hold', 'skip'];

const nameOf = (voucher: Voucher): string => voucher.vendorName ?? voucher.vendor ?? voucher.businessKey;
const words = t.dock.voucher;

const columns: readonly GridColumn<Voucher>[] = [
  {
    id: 'vendor',
    title: words.vendor,
    value: nameOf,
    width: 220,
    cell: (voucher) => <NameCell text={nameOf(voucher)} />,
  },
  {
    id: 'amount',
    title: t.dock.amount,
    value: ({ amount }) => amount,
    amounts: ({ amount, currency }) => ({ [currency]: amount }),
    width: 140,
    align: 'right',
    cell: ({ amount, currency }) => <Amount amount={amount} currency={currency} />,
  },
  { id: 'number', title: words.number, value: ({ number }) => number ?? '', width: 110 },
  {
    id: 'action',
    title: words.action,
    value: ({ action }) => order.indexOf(action),
    text: ({ action }) => t.dock.action[action],
    width: 90,
    cell: ({ action }) => <span className={`tag tag--${tones[action]}`}>{t.dock.action[action]}</span>,
  },
  { id: 'date', title: words.date, value: ({ date }) => date ?? '', width: 110 },
  { id: 'type', title: words.type, value: ({ documentType }) => documentType ?? '', width: 110 },
  { id: 'files', title: t.dock.filesColumn, value: ({ attachments }) => attachments ?? 0, width: 70, align: 'right' },
  {
    id: 'reason',
    title: words.reason,
    value: ({ reason }) => reason ?? '',
    width: 240,
    cell: ({ reason }) => <TextCell text={reason} />,
  },
  { id: 'key', title: words.businessKey, value: ({ businessKey }) => businessKey, width: 180, hidden: true },
  { id: 'lines', title: words.lines, value: ({ lines }) => lines.length, width: 80, align: 'right', hidden: true },
];

function Lines({ voucher, onClose }: { voucher: Voucher; onClose: () => void }): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is scrolled by keyboard
    <aside className="voucher" aria-label={words.linesOf(nameOf(voucher))} tabIndex={0}>
      <header className="voucher__head">
        <strong dir="auto">{nameOf(voucher)}</strong>
        <span>{voucher.number}</span>
        <span className="screen__spring" />
        <ActionIcon aria-label={words.closeLines} onClick={onClose}>
          <IconX size={14} aria-hidden="true" />
        </ActionIcon>
      </header>
      {voucher.reason === undefined ? null : <p className="voucher__why">{voucher.reason}</p>}
      <table className="field-table">
        <thead>
          <tr>
            <th scope="col">{t.dock.account}</th>
            <th scope="col" className="number">
              {t.dock.amount}
            </th>
            <th scope="col">{t.dock.description}</th>
            <th scope="col">{t.dock.project}</th>
          </tr>
        </thead>
        <tbody>
          {voucher.lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of a voucher have no identity and never move
            <tr key={index}>
              <td>
                {line.account ?? t.dock.noAccount} <span className="cell-faint">{line.accountName}</span>
              </td>
              <td className="number">
                <Amount amount={line.amount} />
              </td>
              <td dir="auto">{line.description}</td>
              <td>
                {line.project} <span className="cell-faint">{Object.values(line.dimensions).join(' · ')}</span>
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t.dock.total}</th>
            <td className="number">
              <Amount amount={voucher.amount} currency={voucher.currency} />
            </td>
            <td colSpan={2} />
          </tr>
        </tfoot>
      </table>
    </aside>
  );
}

const idOf = (voucher: Voucher): string => `${voucher.key} ${voucher.businessKey}`;

/** The list. The lines of an opened voucher stand in the place of the totals. */
export function VoucherList({ vouchers, totals }: { vouchers: readonly Voucher[]; totals: ReactNode }): ReactNode {
  const [active, setActive] = useState<Voucher>();
  const [open, setOpen] = useState(false);
  const show = useCallback((voucher: Voucher) => {
    setActive(voucher);
    setOpen(true);
  }, []);
  const beside = open && active !== undefined ? <Lines voucher={active} onClose={() => setOpen(false)} /> : totals;
  return (
    <>
      {beside}
      <section className="sheet__vouchers" aria-label={t.dock.vouchers}>
        <Grid
          id="vouchers"
          label={t.dock.vouchers}
          rows={vouchers}
          columns={columns}
          idOf={idOf}
          onOpen={show}
          onActive={setActive}
        />
      </section>
    </>
  );
}
