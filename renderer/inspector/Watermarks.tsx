/** How far each source of the flow was read, project by project, with the overlap and the way to set it by hand. */
import { Button } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import type { WatermarkItem } from '../../engine/api/contract.ts';
import { errorOf, type Loadable } from '../state/slice.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { projectOf, WatermarkDialog } from './WatermarkDialog.tsx';

const words = t.watermarks;
const hourMs = 3_600_000;

/** A span in hours where it has whole ones, else in minutes. */
const spanOf = (ms: number): string =>
  ms % hourMs === 0 ? words.hours(ms / hourMs) : words.minutes(Math.round(ms / 60_000));

/** The watermarks of the open flow; fetched again after a run and after a publication, which can start anew. */
function useWatermarks(): { items: Loadable<WatermarkItem[]>; take: (items: WatermarkItem[]) => void } {
  const { client } = useAppContext();
  const flowId = useApp((state) => state.flowId);
  const finishedAt = useApp((state) => state.progress[state.flowId ?? '']?.run.finishedAt);
  const version = useApp((state) => state.publishedVersion);
  const revision = useApp((state) => state.saveState === 'saved');
  const [items, setItems] = useState<Loadable<WatermarkItem[]>>({ state: 'idle' });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what can move them is a run, a publication or a save
  useEffect(() => {
    if (flowId === undefined) return setItems({ state: 'idle' });
    let current = true;
    client.watermark
      .list({ flowId })
      .then((value) => current && setItems({ state: 'ready', value }))
      .catch((thrown) => current && setItems({ state: 'failed', error: errorOf(thrown, t.doing.fetchingWatermarks) }));
    return () => {
      current = false;
    };
  }, [client, flowId, finishedAt, version, revision]);
  return { items, take: (value) => setItems({ state: 'ready', value }) };
}

function Row({ item, onEdit }: { item: WatermarkItem; onEdit: (() => void) | undefined }): ReactNode {
  const project = projectOf(item);
  const by = item.updatedBy === 'run' ? undefined : words.setBy(item.updatedBy);
  return (
    <tr>
      <th scope="row" dir="auto" title={item.scope}>
        <span className="watermarks__project">{project}</span>
        <time dateTime={item.reached} title={item.reached}>
          {new Date(item.reached).toLocaleString()}
        </time>
        {by === undefined ? null : <span className="cell-faint"> {by}</span>}
      </th>
      <td>
        <Button
          variant="subtle"
          size="compact-xs"
          disabled={onEdit === undefined}
          aria-label={words.editOf(project)}
          onClick={onEdit}
        >
          {words.edit}
        </Button>
      </td>
    </tr>
  );
}

function Source(props: { items: readonly WatermarkItem[]; onEdit: ((item: WatermarkItem) => void) | undefined }) {
  const { items, onEdit } = props;
  const [first] = items;
  if (first === undefined) return null;
  return (
    <table className="field-table watermarks">
      <caption dir="auto">
        {first.nodeLabel}
        {first.overlapMs === undefined ? null : (
          <span className="cell-faint"> {words.overlap(spanOf(first.overlapMs))}</span>
        )}
      </caption>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">{words.project}</th>
          <th scope="col">{words.action}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <Row key={item.scope} item={item} onEdit={onEdit === undefined ? undefined : () => onEdit(item)} />
        ))}
      </tbody>
    </table>
  );
}

/** The section of the flow panel. */
export function Watermarks(): ReactNode {
  const { items, take } = useWatermarks();
  const flowId = useApp((state) => state.flowId);
  const editable = useApp((state) => state.canEdit());
  const [edited, setEdited] = useState<WatermarkItem>();
  const all = items.state === 'ready' ? items.value : [];
  const inUse = all.filter((item) => item.inUse);
  const nodes = [...new Set(inUse.map(({ nodeId }) => nodeId))];
  return (
    <fieldset className="setup__group">
      <legend>{words.title}</legend>
      <p className="setup__help">{words.help}</p>
      {items.state === 'failed' ? (
        <div className="setup__failed" role="alert">
          <p>{words.failed}</p>
          <p>{items.error.message}</p>
        </div>
      ) : null}
      {items.state === 'ready' && inUse.length === 0 ? <p className="setup__help">{words.none}</p> : null}
      {nodes.map((nodeId) => (
        <Source
          key={nodeId}
          items={inUse.filter((item) => item.nodeId === nodeId)}
          onEdit={editable ? setEdited : undefined}
        />
      ))}
      {all.length === inUse.length ? null : <p className="setup__help">{words.older(all.length - inUse.length)}</p>}
      {edited === undefined || flowId === undefined ? null : (
        <WatermarkDialog flowId={flowId} item={edited} onClose={() => setEdited(undefined)} onSet={take} />
      )}
    </fieldset>
  );
}
