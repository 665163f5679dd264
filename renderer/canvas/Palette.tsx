/** Node kinds by category: drag them to the canvas, or press Enter to add after what is chosen. */
import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { NodeDeclaration } from '../../engine/model/node.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { addOfKind, openQuickAdd } from './actions.ts';
import { NodeIcon } from './icons.tsx';
import { paletteDragType } from './palette-drag.ts';

const categories = ['connect', 'shape', 'decide', 'combine', 'note'] as const;

/** The palette. */
export function Palette(): ReactNode {
  const { store } = useAppContext();
  const kinds = useApp((state) => state.kinds);
  const editable = useApp((state) => state.flow !== undefined && state.canEdit());
  const [query, setQuery] = useState('');
  const wanted = query.trim().toLowerCase();
  const fits = (kind: NodeDeclaration): boolean => `${kind.title} ${kind.summary}`.toLowerCase().includes(wanted);
  const add = (kind: NodeDeclaration): void => {
    openQuickAdd(store);
    const { quickAdd } = store.getState();
    if (quickAdd !== undefined)
      addOfKind(store, kind, kind.inputs.length === 0 ? { at: quickAdd.at, screen: quickAdd.screen } : quickAdd);
  };
  return (
    <div className="palette">
      <TextInput
        className="palette__search"
        aria-label={t.designer.findNode}
        placeholder={t.designer.findNode}
        leftSection={<IconSearch size={14} aria-hidden="true" />}
        value={query}
        onChange={(event) => setQuery(event.currentTarget.value)}
      />
      <div className="palette__list">
        {categories.map((category) => {
          const shown = [...kinds.values()].filter((kind) => kind.category === category && fits(kind));
          if (shown.length === 0) return null;
          return (
            <section key={category} aria-label={t.designer.categories[category]}>
              <h3 className="palette__head">{t.designer.categories[category]}</h3>
              {shown.map((kind) => (
                <button
                  key={kind.kind}
                  type="button"
                  className={`palette__kind palette__kind--${category}`}
                  draggable={editable}
                  disabled={!editable}
                  title={kind.summary}
                  onDragStart={(event) => {
                    event.dataTransfer.setData(paletteDragType, kind.kind);
                    event.dataTransfer.effectAllowed = 'copy';
                  }}
                  onClick={() => add(kind)}
                >
                  <NodeIcon name={kind.icon} />
                  <span className="palette__name">{kind.title}</span>
                </button>
              ))}
            </section>
          );
        })}
      </div>
    </div>
  );
}
