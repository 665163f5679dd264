/** Adding by typing: a list of node kinds that fit here, at the place they go to. Also choosing a partner by keyboard (`C`). */
import { Popover } from '@mantine/core';
import Fuse from 'fuse.js';
import { type KeyboardEvent, type ReactNode, useId, useMemo, useRef, useState } from 'react';
import type { FlowNode } from '../../engine/model/flow.ts';
import type { NodeDeclaration } from '../../engine/model/node.ts';
import { compatibleKinds, mainPort, partnersOf } from '../state/connect.ts';
import { nodeOf } from '../state/graph.ts';
import { useApp, useAppContext } from '../state/store.ts';
import type { QuickAdd } from '../state/view-slice.ts';
import { t } from '../strings/index.ts';
import { addOfKind, drawWire } from './actions.ts';
import { verbObject } from './face.ts';
import { NodeIcon } from './icons.tsx';

/** One line of the list. */
interface Choice {
  id: string;
  title: string;
  detail: string;
  icon: string | undefined;
  disabled?: boolean;
  choose: () => void;
}

/** A field with a list below: arrows choose, Enter takes, Esc closes. */
function ChoiceList(props: {
  title: string;
  nothing: string;
  choices: readonly Choice[];
  at: readonly [number, number];
  onClose: () => void;
}): ReactNode {
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const fuse = useMemo(() => new Fuse(props.choices, { keys: ['title', 'detail'], threshold: 0.35 }), [props.choices]);
  const found =
    query === ''
      ? props.choices
      : fuse
          .search(query)
          .map((hit) => hit.item)
          .toSorted((a, b) => Number(a.disabled === true) - Number(b.disabled === true));
  const move = (to: number): void => {
    const next = Math.max(0, Math.min(found.length - 1, to));
    setActive(next);
    list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') move(active + 1);
    else if (event.key === 'ArrowUp') move(active - 1);
    else if (event.key === 'Enter') found[active]?.choose();
    else if (event.key === 'Escape') props.onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const left = Math.max(8, Math.min(props.at[0], window.innerWidth - 340));
  const top = Math.max(8, Math.min(props.at[1], window.innerHeight - 380));
  return (
    <Popover opened onDismiss={props.onClose} position="bottom-start" width={320} trapFocus withinPortal shadow="md">
      <Popover.Target>
        <span className="menu-anchor" style={{ left, top }} />
      </Popover.Target>
      <Popover.Dropdown className="quick-add" role="dialog" aria-label={props.title}>
        <input
          className="quick-add__field"
          data-autofocus
          role="combobox"
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={found[active] === undefined ? undefined : `${id}-${active}`}
          aria-label={props.title}
          placeholder={props.title}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setActive(0);
          }}
          onKeyDown={press}
        />
        <div className="quick-add__list" role="listbox" id={id} aria-label={props.title} ref={list}>
          {found.map((choice, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: keys belong to the field above (combobox pattern)
            <div
              key={choice.id}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              aria-disabled={choice.disabled === true}
              className="quick-add__choice"
              onPointerMove={() => setActive(index)}
              onClick={choice.choose}
            >
              <NodeIcon name={choice.icon} />
              <span>
                <span className="quick-add__title">{choice.title}</span>
                <span className="quick-add__detail">{choice.detail}</span>
              </span>
            </div>
          ))}
        </div>
        {found.length === 0 ? <p className="quick-add__nothing">{props.nothing}</p> : null}
      </Popover.Dropdown>
    </Popover>
  );
}

const sideOf = (place: QuickAdd): 'source' | 'target' | 'between' | 'free' => {
  if (place.wire !== undefined) return 'between';
  if (place.from !== undefined) return 'source';
  return place.to === undefined ? 'free' : 'target';
};

function AddList({ place }: { place: QuickAdd }): ReactNode {
  const { store } = useAppContext();
  const kinds = useApp((state) => state.kinds);
  const flow = useApp((state) => state.flow);
  const connectors = useApp((state) => state.connectors);
  const nameOf = (id: string | undefined): string => {
    const node = flow === undefined || id === undefined ? undefined : nodeOf(flow, id);
    return flow === undefined || node === undefined ? '' : verbObject(flow, node, kinds, connectors);
  };
  const choices = useMemo(
    () =>
      compatibleKinds(kinds, sideOf(place)).map(
        (kind: NodeDeclaration): Choice => ({
          id: kind.kind,
          title: kind.title,
          detail: kind.summary,
          icon: kind.icon,
          choose: () => {
            addOfKind(store, kind, place);
            const added = store.getState().selection[0];
            if (added !== undefined) store.getState().canvas?.reveal(added);
          },
        }),
      ),
    [kinds, place, store],
  );
  const titles = {
    between: t.designer.quickAddOnWire,
    source: t.designer.quickAddAfter(nameOf(place.from?.node)),
    target: t.designer.quickAddBefore(nameOf(place.to?.node)),
    free: t.designer.quickAdd,
  };
  return (
    <ChoiceList
      title={titles[sideOf(place)]}
      nothing={t.designer.quickAddNothing}
      choices={choices}
      at={place.screen}
      onClose={() => store.getState().setView({ quickAdd: undefined })}
    />
  );
}

function ConnectList({ from }: { from: string }): ReactNode {
  const { store } = useAppContext();
  const kinds = useApp((state) => state.kinds);
  const flow = useApp((state) => state.flow);
  const connectors = useApp((state) => state.connectors);
  const node = flow === undefined ? undefined : nodeOf(flow, from);
  const choices = useMemo(() => {
    if (flow === undefined || node === undefined) return [];
    const nameOf = (partner: FlowNode): string => verbObject(flow, partner, kinds, connectors);
    const end = { node: node.id, port: mainPort(kinds.get(node.kind), 'outputs') };
    return partnersOf(flow, kinds, end)
      .toSorted((a, b) => Number(b.check.ok) - Number(a.check.ok))
      .map(
        (partner): Choice => ({
          id: `${partner.node.id}.${partner.port}`,
          title: partner.port === 'in' ? nameOf(partner.node) : `${nameOf(partner.node)} · ${partner.port}`,
          detail: partner.check.ok ? (kinds.get(partner.node.kind)?.title ?? '') : partner.check.message,
          icon: kinds.get(partner.node.kind)?.icon,
          disabled: !partner.check.ok,
          choose: () => {
            store.getState().setView({ connecting: undefined });
            if (drawWire(store, { from: end, to: { node: partner.node.id, port: partner.port } }))
              store.getState().canvas?.reveal(partner.node.id);
          },
        }),
      );
  }, [flow, node, kinds, connectors, store]);
  if (flow === undefined || node === undefined) return null;
  const canvas = store.getState().canvas;
  const at = canvas?.toScreen(flow.layout.nodes[from] ?? [0, 0]) ?? [80, 80];
  return (
    <ChoiceList
      title={t.designer.connectFrom(verbObject(flow, node, kinds, connectors))}
      nothing={t.designer.connectNothing}
      choices={choices}
      at={at}
      onClose={() => store.getState().setView({ connecting: undefined })}
    />
  );
}

/** Whichever of the two lists is open. */
export function CanvasLists(): ReactNode {
  const quickAdd = useApp((state) => state.quickAdd);
  const connecting = useApp((state) => state.connecting);
  if (quickAdd !== undefined) return <AddList place={quickAdd} />;
  return connecting === undefined ? null : <ConnectList from={connecting} />;
}
