/** The Test tab: what this node makes of real records. Nothing is posted. */
import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Fields } from '../../engine/model/record.ts';
import { shownDocument } from '../canvas/shown.ts';
import { nodeOf, portsOf } from '../state/graph.ts';
import { valueIn } from '../state/slice.ts';
import { useApp, useAppContext, useAppParts } from '../state/store.ts';
import { t } from '../strings/index.ts';
import './inspector.css';
import { sampleAt } from './place.ts';

function Json({ title, value }: { title: string; value: Fields }): ReactNode {
  return (
    <section className="test__part">
      <h3>{title}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long text is scrolled by keyboard */}
      <pre className="json test__json" tabIndex={0}>
        {JSON.stringify(value, null, 2)}
      </pre>
    </section>
  );
}

/** The tab. */
export function TestPanel({ nodeId }: { nodeId: string }): ReactNode {
  const { store } = useAppContext();
  const { flow, kinds, index, loadable, mine } = useAppParts((state) => ({
    flow: shownDocument(state),
    kinds: state.kinds,
    index: state.sampleIndex,
    loadable: state.sample,
    mine: state.sampleOf === state.flowId,
  }));
  const busy = useApp((state) => state.sample.state === 'loading');
  const sample = mine ? valueIn(loadable) : undefined;
  const node = flow === undefined ? undefined : nodeOf(flow, nodeId);
  if (flow === undefined || node === undefined) return null;
  const { inputs, outputs } = portsOf(flow, node, kinds);
  const ended = sample?.settled.filter((outcome) => outcome.nodeId === nodeId) ?? [];
  const vouchers = node.kind === 'write' ? (sample?.vouchers ?? []) : [];
  return (
    <div className="setup">
      <p className="setup__summary">{t.dock.dataEmpty}</p>
      <Button
        leftSection={<IconRefresh size={14} />}
        loading={busy}
        onClick={() => void store.getState().fetchSample()}
      >
        {sample === undefined ? t.dock.fetch : t.dock.fetchAgain}
      </Button>
      {mine && loadable.state === 'failed' ? (
        <p className="setup__warning" role="alert">
          {loadable.error.message} {loadable.error.hint}
        </p>
      ) : null}
      {sample === undefined
        ? null
        : inputs.map(({ id, label }) => {
            const record = sampleAt(flow, nodeId, id, sample.outputs, index);
            return record === undefined ? null : (
              <Json key={id} title={t.inspector.testIn(label)} value={record.value} />
            );
          })}
      {outputs.map(({ id, label }) => {
        const records = sample?.outputs[`${nodeId}.${id}`] ?? [];
        const record = records[Math.min(index, records.length - 1)];
        return record === undefined ? null : (
          <Json key={id} title={t.inspector.testOut(label, records.length)} value={record.value} />
        );
      })}
      {vouchers.map((voucher) => (
        <Json key={voucher.businessKey} title={voucher.businessKey} value={voucher.value} />
      ))}
      {ended.map((outcome) => (
        <p key={outcome.key} className="test__ended" dir="auto">
          <span className="tag tag--warn">{t.run.record[outcome.status]}</span> {outcome.origin.label ?? outcome.key}:{' '}
          {outcome.error?.message ?? outcome.note}
        </p>
      ))}
    </div>
  );
}
