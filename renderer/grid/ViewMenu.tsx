/** Views of a list that were saved under a name. */
import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconBookmark, IconX } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { t } from '../strings/index.ts';
import { GridPopover } from './GridPopover.tsx';
import type { ViewActions } from './use-view.ts';
import { readMemory } from './view.ts';

/** The button and its list. */
export function ViewMenu({ views }: { views: ViewActions }): ReactNode {
  const [name, setName] = useState('');
  const take = (view: ViewActions['view'], close: () => void): void => {
    close();
    views.reset(view);
  };
  return (
    <GridPopover label={t.grid.views} icon={<IconBookmark size={14} aria-hidden="true" />} position="bottom-end">
      {(close) => (
        <div className="grid__chooser">
          <ul>
            <li>
              <button type="button" className="grid__view" onClick={() => take(readMemory(undefined).current, close)}>
                {t.grid.plainView}
              </button>
            </li>
            {views.saved.map((entry) => (
              <li key={entry.name}>
                <button type="button" className="grid__view" onClick={() => take(entry.view, close)}>
                  {entry.name}
                </button>
                <ActionIcon aria-label={t.grid.removeView(entry.name)} onClick={() => views.forget(entry.name)}>
                  <IconX size={13} aria-hidden="true" />
                </ActionIcon>
              </li>
            ))}
          </ul>
          {views.saved.length === 0 ? <p className="cell-faint">{t.grid.noViews}</p> : null}
          <form
            className="grid__save"
            onSubmit={(event) => {
              event.preventDefault();
              if (name.trim() === '') return;
              views.save(name.trim());
              setName('');
            }}
          >
            <TextInput
              size="xs"
              aria-label={t.grid.viewName}
              placeholder={t.grid.viewName}
              maxLength={60}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Button type="submit" size="xs" variant="default" disabled={name.trim() === ''}>
              {t.grid.saveView}
            </Button>
          </form>
        </div>
      )}
    </GridPopover>
  );
}
