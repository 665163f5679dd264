/** Real records at a wire or node: as a table of fields, with their lines, or as JSON. */
import { ActionIcon, Button, SegmentedControl, Select } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconPin, IconPinFilled, IconRefresh } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { FlowSample } from '../../engine/api/contract.ts';
import type { RecordSchema, WireRecord } from '../../engine/model/record.ts';
import { Empty, Failed, RelativeTime, Waiting } from '../app/parts.tsx';
import { verbObject } from '../canvas/face.ts';
import { nodeOf, portsOf } from '../state/graph.ts';
import { valueIn } from '../state/slice.ts';
import { useApp, useAppContext, useAppParts } from '../state/store.ts';
import { t } from '../strings/index.ts';
import './dock.css';
import { FieldTable, LineTables } from './FieldTable.tsx';
import { type Place, placeOf } from './place.ts';

function FetchButton({ again }: { again: boolean }): ReactNode {
  const { store } = useAppContext();
  const busy = useApp((state) => state.sample.state === 'loading');
  return (
    <Button
      variant={again ? 'default' : 'filled'}
      leftSection={<IconRefresh size={14} />}
      loading={busy}
      onClick={() => void store.getState().fetchSample()}
    >
      {again ? t.dock.fetchAgain : t.dock.fetch}
    </Button>
  );
}

/** The place the selection points at, with its words. */
function usePlace(
  chosenPort: string | undefined,
): { place: Place; title: string; ports: { value: string; label: string }[] } | undefined {
  const { flow, selection, selectedWires, kinds, connectors } = useAppParts((state) => ({
    flow: state.flow,
    selection: state.selection,
    selectedWires: state.selectedWires,
    kinds: state.kinds,
    connectors: state.connectors,
  }));
  if (flow === undefined) return undefined;
  const outputsOf = (nodeId: string) => {
    const node = nodeOf(flow, nodeId);
    return node === undefined ? [] : portsOf(flow, node, kinds).outputs;
  };
  const found = placeOf(flow, selection, selectedWires, (nodeId) => outputsOf(nodeId).length > 0);
  const node = found === undefined ? undefined : nodeOf(flow, found.nodeId);
  if (found === undefined || node === undefined) return undefined;
  const ports = outputsOf(found.nodeId).map(({ id, label }) => ({ value: id, label }));
  const wanted = ports.some(({ value }) => value === chosenPort) ? chosenPort : undefined;
  const port = selectedWires.length > 0 ? found.port : (wanted ?? found.port);
  return { place: { nodeId: found.nodeId, port }, title: verbObject(flow, node, kinds, connectors), ports };
}

function Stepper({ count }: { count: number }): ReactNode {
  const { store } = useAppContext();
  const index = useApp((state) => state.sampleIndex);
  const at = Math.min(index, count - 1);
  if (count < 2) return null;
  return (
    <span className="stepper">
      <ActionIcon
        aria-label={t.dock.previous}
        disabled={at === 0}
        onClick={() => store.getState().stepSample(-1, count)}
      >
        <IconChevronLeft size={16} />
      </ActionIcon>
      <span aria-live="polite">{t.dock.record(at + 1, count)}</span>
      <ActionIcon
        aria-label={t.dock.next}
        disabled={at === count - 1}
        onClick={() => store.getState().stepSample(1, count)}
      >
        <IconChevronRight size={16} />
      </ActionIcon>
    </span>
  );
}

function PinButton({ nodeId }: { nodeId: string }): ReactNode {
  const { store } = useAppContext();
  const pinned = useApp((state) => state.pinned[nodeId] !== undefined);
  const isSource = useApp(
    (state) => state.flow?.nodes.some(({ id, kind }) => id === nodeId && kind === 'read') === true,
  );
  if (!isSource) return null;
  return (
    <Button
      variant="subtle"
      color="gray"
      aria-pressed={pinned}
      title={pinned ? t.dock.pinned : undefined}
      leftSection={pinned ? <IconPinFilled size={14} /> : <IconPin size={14} />}
      onClick={() => store.getState().togglePin(nodeId)}
    >
      {pinned ? t.dock.unpin : t.dock.pin}
    </Button>
  );
}

function Ended({ sample, nodeId }: { sample: FlowSample; nodeId: string }): ReactNode {
  const ended = sample.settled.filter((outcome) => outcome.nodeId === nodeId && outcome.status !== 'posted');
  if (ended.length === 0) return null;
  return (
    <section className="ended">
      <h3>{t.dock.endedHere(ended.length)}</h3>
      <ul>
        {ended.map((outcome) => (
          <li key={outcome.key}>
            <span className={`tag tag--${outcome.status === 'failed' ? 'bad' : 'warn'}`}>
              {t.run.record[outcome.status]}
            </span>
            <strong>{outcome.origin.label ?? outcome.key}</strong>
            <span>{outcome.error?.message ?? outcome.note}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Records(props: {
  records: readonly WireRecord[];
  schema: RecordSchema | undefined;
  asJson: boolean;
}): ReactNode {
  const index = useApp((state) => state.sampleIndex);
  const at = Math.min(index, props.records.length - 1);
  const record = props.records[at];
  if (record === undefined) return null;
  if (props.asJson) {
    return (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a long text is scrolled by keyboard
      <pre className="json" tabIndex={0}>
        {JSON.stringify(record.value, null, 2)}
      </pre>
    );
  }
  return (
    <>
      <FieldTable records={props.records} schema={props.schema} current={at} />
      <LineTables record={record.value} />
    </>
  );
}

/** The Data tab. */
export function DataPanel(): ReactNode {
  const { store } = useAppContext();
  const [view, setView] = useState<'table' | 'json'>('table');
  const [port, setPort] = useState<string>();
  const found = usePlace(port);
  const mine = useApp((state) => state.sampleOf === state.flowId);
  const loadable = useApp((state) => state.sample);
  const schema = useApp((state) =>
    found === undefined ? undefined : state.check?.outputs[`${found.place.nodeId}.${found.place.port}`],
  );
  const sample = mine ? valueIn(loadable) : undefined;
  if (found === undefined) return <p className="dock__quiet">{t.dock.choosePlace}</p>;
  if (sample === undefined) {
    if (mine && loadable.state === 'loading') return <Waiting text={t.dock.fetching} />;
    if (mine && loadable.state === 'failed') {
      return (
        <Failed title={t.dock.dataFailed} error={loadable.error} onRetry={() => void store.getState().fetchSample()} />
      );
    }
    return <Empty title={t.dock.dataEmptyTitle} text={t.dock.dataEmpty} actions={<FetchButton again={false} />} />;
  }
  const { place, title, ports } = found;
  const records = sample.outputs[`${place.nodeId}.${place.port}`] ?? [];
  return (
    <div className="data">
      <div className="data__bar">
        <strong className="data__place">{title}</strong>
        {ports.length < 2 ? null : (
          <Select
            aria-label={t.dock.port}
            w={130}
            data={ports}
            value={place.port}
            allowDeselect={false}
            onChange={(value) => setPort(value ?? undefined)}
          />
        )}
        <Stepper count={records.length} />
        <span className="screen__spring" />
        <span className="cell-faint">
          <RelativeTime at={sample.fetchedAt} />
        </span>
        <PinButton nodeId={place.nodeId} />
        <SegmentedControl
          size="xs"
          value={view}
          data={[
            { value: 'table', label: t.dock.asTable },
            { value: 'json', label: t.dock.asJson },
          ]}
          onChange={(value) => setView(value === 'json' ? 'json' : 'table')}
        />
        <FetchButton again />
      </div>
      {mine && loadable.state === 'failed' ? (
        <p className="data__problem" role="alert">
          {loadable.error.message} {loadable.error.hint}
        </p>
      ) : null}
      {sample.failures.map(({ nodeId, error }) => (
        <p key={nodeId} className="data__problem" role="alert">
          {t.dock.sourceFailed}: {error.message} {error.hint}
        </p>
      ))}
      {records.length === 0 ? <p className="dock__quiet">{t.dock.dataNone(title)}</p> : null}
      <Records records={records} schema={schema} asJson={view === 'json'} />
      <Ended sample={sample} nodeId={place.nodeId} />
    </div>
  );
}
