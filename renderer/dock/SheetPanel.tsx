/** The posting sheet of the newest dry run: what would be posted, with totals, voucher by voucher. */
import { Button } from '@mantine/core';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import type { PostingSheet, Voucher } from '../../engine/model/run.ts';
import { Amount, Empty, Failed, Waiting } from '../app/parts.tsx';
import { sheetRead } from '../flows/FirstSteps.tsx';
import { errorOf, type Loadable } from '../state/slice.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import './dock.css';
import { sheetSum } from './sheet-sum.ts';
import { VoucherList } from './VoucherList.tsx';

const rank = ({ action }: Voucher): number => ['create', 'update', 'hold', 'skip'].indexOf(action);

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
            <th scope="row" title={[row.name, row.more].filter(Boolean).join(' ')}>
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

/** A posting sheet: vouchers, lines and totals. */
export function Sheet({ sheet }: { sheet: PostingSheet }): ReactNode {
  const { byAccount, byProject } = sheet.totals;
  const { count, amount } = sheetSum(sheet);
  // What would be posted stands first, whatever else was looked at.
  const vouchers = useMemo(() => sheet.vouchers.toSorted((one, two) => rank(one) - rank(two)), [sheet]);
  return (
    <div className="sheet">
      <VoucherList
        vouchers={vouchers}
        totals={
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is scrolled by keyboard
          <section className="sheet__totals" aria-label={t.dock.totals} tabIndex={0}>
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
          </section>
        }
      />
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
  const isRead = useApp((state) => state.settings.panels[sheetRead] === true);
  useEffect(() => {
    if (sheet.state === 'ready' && !isRead) store.getState().remember(sheetRead, true);
  }, [sheet.state, isRead, store]);
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
