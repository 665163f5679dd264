/** The last look before anything is written: what, how much, where to, in which state. */
import { Button, Modal, TextInput } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import type { ConnectionView } from '../../engine/api/contract.ts';
import type { FlowNode } from '../../engine/model/flow.ts';
import type { PostingSheet } from '../../engine/model/run.ts';
import { formatAmount } from '../app/format.ts';
import { EnvironmentTag } from '../app/parts.tsx';
import { connectionAt, placeName } from '../state/connections-slice.ts';
import type { AppState } from '../state/slice.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';

/** What would be posted, in the words of the confirmation. */
interface Sum {
  count: number;
  created: number;
  updated: number;
  amount: string;
}

function sumOf({ totals, vouchers }: PostingSheet): Sum {
  const sums = Object.entries(totals.byCurrency);
  const having = (action: PostingSheet['vouchers'][number]['action']): number =>
    vouchers.filter((voucher) => voucher.action === action).length;
  return {
    count: sums.reduce((count, [, sum]) => count + sum.count, 0),
    created: having('create'),
    updated: having('update'),
    amount: sums.map(([currency, sum]) => formatAmount(sum.amount, 'minus', currency)).join(' + '),
  };
}

/** A place that documents are written to. */
interface Target {
  key: string;
  connection: ConnectionView;
  records: string;
  state: string;
}

/** In which state a node leaves its documents: released, on hold, or as the system keeps them. */
function stateOf(node: FlowNode, keepsOnHold: boolean | undefined): string {
  if (node.config.release === true) return t.post.released;
  const { options } = node.config;
  const chosen = typeof options === 'object' && options !== null && !Array.isArray(options) ? options.hold : undefined;
  const onHold = typeof chosen === 'boolean' ? chosen : keepsOnHold;
  return onHold === true ? t.post.onHold : t.post.notReleased;
}

function targetsOf(state: AppState): readonly Target[] {
  return (state.flow?.nodes ?? []).flatMap((node): Target[] => {
    if (node.kind !== 'write' || node.disabled === true) return [];
    const slot = String(node.config.slot);
    const connection = connectionAt(state.connections, state.bindings?.slots, slot);
    if (connection === undefined) return [];
    const resource = state.connectors
      .get(connection.connector)
      ?.resources.find(({ id }) => id === node.config.resource);
    const hold = resource?.options?.find(({ name }) => name === 'hold')?.default;
    return [
      {
        key: node.id,
        connection,
        records: resource?.title ?? String(node.config.resource),
        state: stateOf(node, typeof hold === 'boolean' ? hold : undefined),
      },
    ];
  });
}

const companyOf = ({ fields }: ConnectionView): string | undefined =>
  [fields.tenant, fields.companyId, fields.branch].find((value) => value !== undefined && value !== '');

function Summary({ sum, targets }: { sum: Sum; targets: readonly Target[] }): ReactNode {
  const held = useApp((state) => state.progress[state.flowId ?? '']?.run?.counts.held ?? 0);
  return (
    <table className="post-summary">
      <tbody>
        <tr>
          <th scope="row">{t.post.documents}</th>
          <td>{t.post.documentsOf(sum)}</td>
        </tr>
        <tr>
          <th scope="row">{t.post.amount}</th>
          <td className="post-summary__amount">{sum.amount}</td>
        </tr>
        {targets.map(({ key, connection, records, state }) => (
          <tr key={key}>
            <th scope="row">{t.post.target}</th>
            <td>
              <span className="post-summary__place">
                {connection.name} <EnvironmentTag environment={connection.environment} />
              </span>
              {companyOf(connection) === undefined ? null : (
                <span className="post-summary__more">{t.post.company(companyOf(connection) ?? '')}</span>
              )}
              <span className="post-summary__more">
                {records}: {state}
              </span>
            </td>
          </tr>
        ))}
        {held === 0 ? null : (
          <tr>
            <th scope="row">{t.post.left}</th>
            <td>{t.post.leftOf(held)}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function NoSheet({ onClose }: { onClose: () => void }): ReactNode {
  const { store } = useAppContext();
  return (
    <>
      <p>{t.post.unknown}</p>
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t.flows.cancel}
        </Button>
        <Button
          onClick={() => {
            onClose();
            void store.getState().dryRun();
          }}
        >
          {t.run.dry}
        </Button>
      </div>
    </>
  );
}

function Confirmation({ sheet, onClose }: { sheet: PostingSheet; onClose: () => void }): ReactNode {
  const { store } = useAppContext();
  const [typed, setTyped] = useState('');
  const sum = useMemo(() => sumOf(sheet), [sheet]);
  const targets = targetsOf(store.getState());
  const isProduction = targets.some(({ connection }) => connection.environment === 'production');
  const places = [...new Set(targets.map(({ connection }) => placeName(connection)))].join(', ');
  const isSure = !isProduction || typed.trim() === String(sum.count);
  const post = (): void => {
    if (!isSure || sum.count === 0) return;
    onClose();
    void store.getState().postRun(sheet);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        post();
      }}
    >
      <Summary sum={sum} targets={targets} />
      <p className="post-warning">{sum.count === 0 ? t.post.nothing : t.post.final}</p>
      {isProduction && sum.count > 0 ? (
        <TextInput
          className="post-typed"
          label={t.post.typed(sum.count)}
          inputMode="numeric"
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      ) : null}
      <div className="dialog-actions dialog-actions--row">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t.flows.cancel}
        </Button>
        <Button
          type="submit"
          {...(isProduction ? { className: 'post-production' } : {})}
          disabled={!isSure || sum.count === 0}
          aria-label={t.post.verbWhole(sum.count, sum.amount, places)}
        >
          {t.post.verb(sum.count, sum.amount)}
        </Button>
      </div>
    </form>
  );
}

/** Asks for a dry run first, or confirms what its sheet says. */
export function PostDialog({ sheet, onClose }: { sheet: PostingSheet | undefined; onClose: () => void }): ReactNode {
  const title = sheet === undefined ? t.post.titleUnknown : t.post.title(sumOf(sheet).count);
  return (
    <Modal opened onClose={onClose} title={title} size={500} closeButtonProps={{ 'aria-label': t.designer.close }}>
      {sheet === undefined ? <NoSheet onClose={onClose} /> : <Confirmation sheet={sheet} onClose={onClose} />}
    </Modal>
  );
}
