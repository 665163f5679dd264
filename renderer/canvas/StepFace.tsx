/** The face of a node: icon, verb and object, connection, summary, state, ports. Drawn again only when its own parts change. */

import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconClockPause,
  IconInfoCircle,
  IconLinkOff,
} from '@tabler/icons-react';
import { Handle, type NodeProps } from '@xyflow/react';
import { memo, type ReactNode } from 'react';
import { connectionAt, slotOf } from '../state/connections-slice.ts';
import { renameNode } from '../state/document.ts';
import { useApp, useAppContext, useAppParts } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { portPlaces, type StepNode } from './derive.ts';
import { changesOf } from './differences.ts';
import { looksAlike, type NodeState, stateOf, summaryOf, verbObject } from './face.ts';
import { NodeIcon } from './icons.tsx';
import { NameField } from './NameField.tsx';
import { countDrawing } from './render-count.ts';
import { problemsOf, progressOf, shownDocument } from './shown.ts';

const stateIcons: Readonly<Record<NodeState['tone'], typeof IconInfoCircle>> = {
  bad: IconCircleX,
  warn: IconAlertTriangle,
  good: IconCircleCheck,
  info: IconClockPause,
  quiet: IconInfoCircle,
};

/** Ports are placed from inside the border. */
const borderWidth = 1;

function StateBadge({ state }: { state: NodeState }): ReactNode {
  const Icon = stateIcons[state.tone];
  return (
    <span className={`step__state step__state--${state.tone}`}>
      <Icon size={13} stroke={2} aria-hidden="true" />
      {state.text}
    </span>
  );
}

function ConnectionLine({ slot }: { slot: string }): ReactNode {
  const connection = useApp((state) => connectionAt(state.connections, state.bindings?.slots, slot));
  if (connection === undefined)
    return (
      <span className="step__connection step__connection--none">
        <IconLinkOff size={12} stroke={2} aria-hidden="true" />
        {t.designer.noConnection}
      </span>
    );
  return (
    <span className="step__connection">
      <span className={`dot tag--${connection.environment} step__dot`} aria-hidden="true" />
      {connection.name}
    </span>
  );
}

function Title({ id, title }: { id: string; title: string }): ReactNode {
  const renaming = useApp((state) => state.renaming === id);
  const { store } = useAppContext();
  if (!renaming)
    return (
      <span className="step__title" title={title}>
        {title}
      </span>
    );
  return (
    <NameField
      label={t.designer.rename}
      value={title}
      onDone={(label) => {
        const { edit, setView, canvas } = store.getState();
        setView({ renaming: undefined });
        if (label !== undefined)
          edit({ name: t.edits.rename, undo: 'record' }, (doc) => renameNode(doc, { id, label }));
        canvas?.reveal(id);
      }}
    />
  );
}

/** What is drawn of a node has not changed. */
const isSameFace = (before: NodeProps<StepNode>, after: NodeProps<StepNode>): boolean =>
  before.id === after.id &&
  looksAlike(before.data.node, after.data.node) &&
  JSON.stringify([before.data.inputs, before.data.outputs]) === JSON.stringify([after.data.inputs, after.data.outputs]);

/** A node. */
export const StepFace = memo(function StepFace({ id, data }: NodeProps<StepNode>): ReactNode {
  countDrawing(id);
  const { node, inputs, outputs } = data;
  const { title, icon, category } = useAppParts((state) => {
    const doc = shownDocument(state);
    const kind = state.kinds.get(node.kind);
    return {
      title: doc === undefined ? node.id : verbObject(doc, node, state.kinds, state.connectors),
      icon: kind?.icon,
      category: kind?.category ?? 'unknown',
    };
  });
  const summary = useApp((state) => summaryOf(node, state.kinds));
  const state = useAppParts((app) => ({ ...stateOf(node, problemsOf(app, id), progressOf(app, id), app.kinds) }));
  const change = useApp(
    (app) => changesOf(app.flow, app.comparison).find((entry) => entry.what === 'node' && entry.id === id)?.change,
  );
  const slot = slotOf(node);
  const classes = ['step', `step--${category}`];
  if (node.disabled === true) classes.push('step--off');
  if (category === 'note') classes.push('step--note');
  if (change !== undefined) classes.push(`step--${change}`);
  return (
    <div className={classes.join(' ')}>
      <span className="step__icon">
        <NodeIcon name={icon} />
      </span>
      <div className="step__text">
        <Title id={id} title={title} />
        {slot === undefined ? null : <ConnectionLine slot={slot} />}
        <span className={slot === undefined ? 'step__summary step__summary--long' : 'step__summary'} title={summary}>
          {summary}
        </span>
        {state.tone === undefined || state.text === undefined ? null : (
          <StateBadge state={{ tone: state.tone, text: state.text }} />
        )}
      </div>
      {change === undefined ? null : (
        <span className={`step__change step__change--${change}`}>{t.designer.change[change]}</span>
      )}
      {portPlaces(inputs, outputs).map((place) => (
        <Handle
          key={`${place.type}.${place.id}`}
          id={place.id}
          type={place.type}
          position={place.position}
          className={place.port.exception === true ? 'port port--exception' : 'port'}
          style={{ left: place.x - borderWidth, top: place.y - borderWidth, right: 'auto', bottom: 'auto' }}
          title={place.port.label}
        />
      ))}
    </div>
  );
}, isSameFace);
