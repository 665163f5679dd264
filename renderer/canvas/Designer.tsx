/** The designer of one flow: palette and outline left, canvas, inspector right, dock below. */
import { Button, SegmentedControl } from '@mantine/core';
import { ReactFlowProvider } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { type ReactNode, useDeferredValue, useEffect } from 'react';
import { Group, type Layout, Panel, Separator } from 'react-resizable-panels';
import { Empty, Failed, Waiting } from '../app/parts.tsx';
import { navigate } from '../app/router.ts';
import { nodeOf } from '../state/graph.ts';
import { useApp, useAppContext } from '../state/store.ts';
import type { DockTab, InspectorTab } from '../state/view-slice.ts';
import { t } from '../strings/index.ts';
import { openQuickAdd } from './actions.ts';
import { Canvas } from './Canvas.tsx';
import './canvas.css';
import './distance.css';
import { FlowPanel } from '../inspector/FlowPanel.tsx';
import { ConflictDialog } from './ConflictDialog.tsx';
import { BackButton, DesignerBar, ReadOnlyBar } from './DesignerBar.tsx';
import { changesOf, stepChange } from './differences.ts';
import { verbObject } from './face.ts';
import { NodeIcon } from './icons.tsx';
import { Outline } from './Outline.tsx';
import { Palette } from './Palette.tsx';
import { CanvasLists } from './QuickAdd.tsx';
import { RefusedWire } from './RefusedWire.tsx';
import { shownDocument } from './shown.ts';
import { dockSlots, inspectorSlots } from './slots.tsx';

function usePanels(id: string, fallback: Layout): { defaultLayout: Layout; onLayoutChanged: (layout: Layout) => void } {
  const { store } = useAppContext();
  const kept = store.getState().settings.panels[`layout.${id}`];
  const isLayout =
    typeof kept === 'object' &&
    kept !== null &&
    !Array.isArray(kept) &&
    Object.keys(fallback).every((name) => typeof kept[name] === 'number');
  return {
    defaultLayout: isLayout ? (kept as Layout) : fallback,
    onLayoutChanged: (layout) => store.getState().remember(`layout.${id}`, layout),
  };
}

function Bars(): ReactNode {
  const { store } = useAppContext();
  const pastRun = useApp((state) => state.pastRun);
  const comparison = useApp((state) => state.comparison);
  const flow = useApp((state) => state.flow);
  const newer = useApp((state) => state.file?.readOnly === true);
  const { showPastRun, compareWith } = store.getState();
  if (pastRun !== undefined) {
    const text = t.run.pastBar(t.run.kind[pastRun.run.kind], new Date(pastRun.run.startedAt).toLocaleString());
    const open = (): void => {
      void showPastRun(undefined);
      store.getState().edit({ name: t.edits.openRun, undo: 'record' }, (doc) => ({
        ...pastRun.document,
        id: doc.id,
        version: doc.version,
      }));
    };
    return (
      <ReadOnlyBar
        text={text}
        actions={
          <>
            <BackButton label={t.run.openAsDraft} onClick={open} />
            <BackButton label={t.run.backToFlow} onClick={() => void showPastRun(undefined)} />
          </>
        }
      />
    );
  }
  if (comparison !== undefined) {
    const count = changesOf(flow, comparison).length;
    const text = count === 0 ? t.designer.compareSame(comparison.with) : t.designer.compareBar(comparison.with, count);
    return (
      <ReadOnlyBar
        text={text}
        actions={
          <>
            <BackButton label={t.designer.comparePrevious} onClick={() => stepChange(store, -1)} />
            <BackButton label={t.designer.compareNext} onClick={() => stepChange(store, 1)} />
            <BackButton label={t.designer.compareEnd} onClick={() => void compareWith(undefined)} />
          </>
        }
      />
    );
  }
  return newer ? <ReadOnlyBar text={t.designer.readOnlyBar} actions={null} /> : null;
}

function LeftPanel(): ReactNode {
  const { store } = useAppContext();
  const tab = useApp((state) => (state.settings.panels['designer.left'] === 'outline' ? 'outline' : 'palette'));
  return (
    <aside className="side side--left" aria-label={t.designer.toggleLeft}>
      <div className="side__tabs">
        <SegmentedControl
          fullWidth
          size="xs"
          value={tab}
          data={[
            { value: 'palette', label: t.designer.palette },
            { value: 'outline', label: t.designer.outline },
          ]}
          onChange={(value) => store.getState().remember('designer.left', value)}
        />
      </div>
      {tab === 'palette' ? <Palette /> : <Outline />}
    </aside>
  );
}

function Inspector(): ReactNode {
  const { store } = useAppContext();
  // A form takes longer to build than a frame may last: while a node is dragged the canvas goes first.
  const selection = useDeferredValue(useApp((state) => state.selection));
  const tab = useApp((state) => state.inspectorTab);
  const head = useApp((state) => {
    const doc = shownDocument(state);
    const node = doc === undefined || selection.length !== 1 ? undefined : nodeOf(doc, selection[0] ?? '');
    return doc === undefined || node === undefined ? undefined : verbObject(doc, node, state.kinds, state.connectors);
  });
  const icon = useApp((state) => {
    const doc = shownDocument(state);
    return state.kinds.get((doc === undefined ? undefined : nodeOf(doc, selection[0] ?? ''))?.kind ?? '')?.icon;
  });
  const slot = inspectorSlots.find((candidate) => candidate.id === tab) ?? inspectorSlots[0];
  return (
    <aside className="side side--right" data-slot="inspector" tabIndex={-1} aria-label={t.designer.inspector}>
      {head === undefined || slot === undefined ? (
        selection.length > 1 ? (
          <p className="side__nothing">{t.designer.inspectorMany(selection.length)}</p>
        ) : (
          <>
            <div className="side__head">
              <h2 className="side__title">{t.inspector.flow}</h2>
            </div>
            <div className="side__body">
              <FlowPanel />
            </div>
          </>
        )
      ) : (
        <>
          <div className="side__head">
            <NodeIcon name={icon} />
            <h2 className="side__title">{head}</h2>
          </div>
          {inspectorSlots.length < 2 ? null : (
            <div className="side__tabs">
              <SegmentedControl
                fullWidth
                size="xs"
                value={slot.id}
                data={inspectorSlots.map(({ id, title }) => ({ value: id, label: title }))}
                onChange={(value) => store.getState().setView({ inspectorTab: value as InspectorTab })}
              />
            </div>
          )}
          <div className="side__body">
            <slot.Content nodeId={selection[0] ?? ''} />
          </div>
        </>
      )}
    </aside>
  );
}

function Dock(): ReactNode {
  const { store } = useAppContext();
  const tab = useApp((state) => state.dockTab);
  const problems = useApp((state) => state.check?.problems.length ?? 0);
  const slot = dockSlots.find((candidate) => candidate.id === tab) ?? dockSlots[0];
  if (slot === undefined) return null;
  return (
    <section className="dock" aria-label={t.designer.toggleDock}>
      <div className="dock__tabs" role="tablist">
        {dockSlots.map(({ id, title }) => (
          <button
            key={id}
            type="button"
            role="tab"
            aria-selected={id === slot.id}
            className="dock__tab"
            onClick={() => store.getState().setView({ dockTab: id as DockTab })}
          >
            {title}
            {id === 'problems' && problems > 0 ? <span className="dock__count">{problems}</span> : null}
          </button>
        ))}
      </div>
      <div className="dock__body" role="tabpanel" aria-label={slot.title} tabIndex={-1}>
        <slot.Content />
      </div>
    </section>
  );
}

function EmptyCanvas(): ReactNode {
  const { store } = useAppContext();
  const empty = useApp((state) => {
    const doc = shownDocument(state);
    return doc !== undefined && doc.nodes.length === 0 && doc.layout.notes.length === 0;
  });
  if (!empty) return null;
  return (
    <div className="canvas__empty">
      <Empty
        title={t.designer.emptyTitle}
        text={t.designer.emptyText}
        actions={
          <>
            <Button onClick={() => openQuickAdd(store)}>{t.designer.addFirst}</Button>
            <Button variant="default" onClick={() => navigate('/templates')}>
              {t.flows.createFirst}
            </Button>
          </>
        }
      />
    </div>
  );
}

function Workbench(): ReactNode {
  const across = usePanels('designer', { left: 14, middle: 64, right: 22 });
  const down = usePanels('dock', { canvas: 68, dock: 32 });
  return (
    <div className="designer">
      <DesignerBar />
      <Bars />
      <Group orientation="horizontal" className="designer__panels" {...across}>
        <Panel id="left" minSize="180px" maxSize="360px">
          <LeftPanel />
        </Panel>
        <Separator className="grip grip--across" aria-label={t.designer.toggleLeft} />
        <Panel id="middle" minSize="360px">
          <Group orientation="vertical" {...down}>
            <Panel id="canvas" minSize="200px">
              <div className="canvas-box">
                <Canvas />
                <EmptyCanvas />
                <RefusedWire />
              </div>
            </Panel>
            <Separator className="grip grip--down" aria-label={t.designer.toggleDock} />
            <Panel id="dock" minSize="34px">
              <Dock />
            </Panel>
          </Group>
        </Panel>
        <Separator className="grip grip--across" aria-label={t.designer.toggleRight} />
        <Panel id="right" minSize="240px" maxSize="560px">
          <Inspector />
        </Panel>
      </Group>
      <CanvasLists />
      <ConflictDialog />
    </div>
  );
}

/** The designer of the flow with this id. */
export function Designer({ flowId }: { flowId: string }): ReactNode {
  const { store } = useAppContext();
  const opened = useApp((state) => state.flowId === flowId && state.flow !== undefined);
  const error = useApp((state) => state.flowError);
  useEffect(() => {
    const { openFlow, closeFlow, loadConnections } = store.getState();
    void loadConnections();
    void openFlow(flowId);
    return () => void closeFlow();
  }, [store, flowId]);
  if (error !== undefined)
    return (
      <Failed
        title={t.designer.failed}
        error={error}
        actions={<Button onClick={() => navigate('/flows')}>{t.designer.backToFlows}</Button>}
        onRetry={() => void store.getState().openFlow(flowId)}
      />
    );
  if (!opened) return <Waiting text={t.designer.loading} />;
  return (
    <ReactFlowProvider>
      <Workbench />
    </ReactFlowProvider>
  );
}
