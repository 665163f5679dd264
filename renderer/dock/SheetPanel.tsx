/** The posting sheet of the newest dry run: what would be posted, with totals, voucher by voucher. */
import { Button } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import type { PostingSheet, Voucher } from '../../engine/model/run.ts';
import { formatAmount } from '../app/format.ts';
import { Amount, Empty, Failed, Waiting } from '../app/parts.tsx';
import { errorOf, type Loadable } from '../state/slice.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import './dock.css';

const tones: Readonly<Record<Voucher['action'], string>> = {
  create: 'good',
  update: 'info',
  skip: 'warn',
  hold: 'bad',
};

function Lines({ voucher }: { voucher: Voucher }): ReactNode {
  return (
    <table className="field-table">
      <thead>
        <tr>
          <th scope="col">{t.dock.account}</th>
          <th scope="col">{t.dock.project}</th>
          <th scope="col">{t.dock.description}</th>
          <th scope="col" className="number">
            {t.dock.amount}
          </th>
        </tr>
      </thead>
      <tbody>
        {voucher.lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of a voucher have no identity and never move
          <tr key={index}>
            <td>
              {line.account ?? t.dock.noAccount} <span className="cell-faint">{line.accountName}</span>
            </td>
            <td>
              {line.project} <span className="cell-faint">{Object.values(line.dimensions).join(' · ')}</span>
            </td>
            <td dir="auto">{line.description}</td>
            <td className="number">
              <Amount amount={line.amount} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function VoucherRow({ voucher }: { voucher: Voucher }): ReactNode {
  const [open, setOpen] = useState(false);
  const { vendorName, vendor, number, date, documentType } = voucher;
  return (
    <details className="voucher" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span className={`tag tag--${tones[voucher.action]}`}>{t.dock.action[voucher.action]}</span>
        <span className="voucher__what" dir="auto">
          <strong>{vendorName ?? vendor ?? voucher.businessKey}</strong> {number}
        </span>
        <span className="cell-faint">{[documentType, date].filter((part) => part !== undefined).join(', ')}</span>
        <span className="voucher__why">{voucher.reason}</span>
        <Amount amount={voucher.amount} currency={voucher.currency} />
      </summary>
      {open ? <Lines voucher={voucher} /> : null}
    </details>
  );
}

interface Total {
  key: string;
  name: string;
  more?: string | undefined;
  currency: string;
  amount: string;
}

function Totals({ title, rows }: { title: string; rows: readonly Total[] }): ReactNode {
  if (rows.length === 0) return null;
  return (
    <table className="field-table totals">
      <caption>{title}</caption>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key}>
            <th scope="row">
              {row.name} <span className="cell-faint">{row.more}</span>
            </th>
            <td className="number">
              <Amount amount={row.amount} currency={row.currency} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Sheet({ sheet }: { sheet: PostingSheet }): ReactNode {
  const { byCurrency, byAccount, byProject } = sheet.totals;
  const sums = Object.entries(byCurrency);
  const count = sums.reduce((all, [, sum]) => all + sum.count, 0);
  const amount = sums.map(([currency, sum]) => formatAmount(sum.amount, 'minus', currency)).join(' + ');
  return (
    <div className="sheet">
      <div className="sheet__totals">
        <h3>{count === 0 ? t.dock.sheetEmpty : t.dock.sheetTitle(count, amount)}</h3>
        <Totals
          title={t.dock.byAccount}
          rows={byAccount.map((row) => ({
            ...row,
            key: `${row.account} ${row.currency}`,
            name: row.account,
            more: row.name,
          }))}
        />
        <Totals
          title={t.dock.byProject}
          rows={byProject.map((row) => ({ ...row, key: `${row.project} ${row.currency}`, name: row.project }))}
        />
      </div>
      <section className="sheet__vouchers" aria-label={t.dock.vouchers}>
        {sheet.vouchers.map((voucher) => (
          <VoucherRow key={`${voucher.key} ${voucher.businessKey}`} voucher={voucher} />
        ))}
      </section>
    </div>
  );
}

/** The Posting sheet tab. */
export function SheetPanel(): ReactNode {
  const { client, store } = useAppContext();
  const run = useApp((state) => {
    const newest = state.pastRun?.run ?? state.progress[state.flowId ?? '']?.run;
    return newest?.finishedAt === undefined ? undefined : newest;
  });
  const [sheet, setSheet] = useState<Loadable<PostingSheet>>({ state: 'idle' });
  const runId = run?.id;
  useEffect(() => {
    if (runId === undefined) return setSheet({ state: 'idle' });
    let current = true;
    setSheet({ state: 'loading' });
    client.run
      .postingSheet({ runId })
      .then((value) => current && setSheet({ state: 'ready', value }))
      .catch(
        (thrown) => current && setSheet({ state: 'failed', error: errorOf(thrown, t.doing.fetchingPostingSheet) }),
      );
    return () => {
      current = false;
    };
  }, [client, runId]);
  switch (sheet.state) {
    case 'idle':
      return (
        <Empty
          title={t.designer.dock.sheet}
          text={t.dock.sheetNone}
          actions={<Button onClick={() => void store.getState().dryRun()}>{t.dock.sheetRun}</Button>}
        />
      );
    case 'loading':
      return <Waiting text={t.dock.sheetLoading} />;
    case 'failed':
      return <Failed title={t.dock.sheetFailed} error={sheet.error} />;
    case 'ready':
      return <Sheet sheet={sheet.value} />;
  }
}
