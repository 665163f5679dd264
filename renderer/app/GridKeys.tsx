/** Keys of lists and tables, which are those of a spreadsheet and stay as they are. */
import type { ReactNode } from 'react';
import { t } from '../strings/index.ts';
import { isMac, shownShortcut } from './shortcuts.ts';

const words = t.shortcuts.grid;

/** What each key does, with the keys as commands write them. */
const keys: readonly (readonly [title: string, ...keys: string[]])[] = [
  [words.edit, 'F2'],
  [words.move, 'Enter', 'Tab'],
  [words.extend, 'Shift+Down'],
  [words.row, 'Shift+Space'],
  [words.column, 'Ctrl+Space'],
  [words.copy, 'Ctrl+C', 'Ctrl+X', 'Ctrl+V'],
  [words.clear, 'Del'],
  [words.fillDown, 'Ctrl+D'],
  [words.fillRight, 'Ctrl+R'],
  [words.today, 'Ctrl+;'],
  [words.addRow, 'Ctrl+Plus'],
  [words.deleteRows, 'Ctrl+Del'],
  [words.undo, 'Ctrl+Z', 'Ctrl+Y'],
  [words.find, 'Ctrl+F'],
  [words.choose, 'Space'],
  [words.accept, 'Ctrl+Enter'],
];

/** The keys that fit the words looked for. */
export function GridKeys({ find }: { find: string }): ReactNode {
  const mac = isMac(navigator.userAgent);
  const found = keys.filter(
    ([title, ...own]) =>
      find === '' || title.toLocaleLowerCase().includes(find) || own.some((key) => key.toLocaleLowerCase() === find),
  );
  if (found.length === 0) return null;
  return (
    <section className="shortcuts__group">
      <h3>{words.title}</h3>
      <dl>
        {found.map(([title, ...own]) => (
          <div key={title} className="shortcuts__row">
            <dt>{title}</dt>
            <dd>
              {own.map((key) => (
                <kbd key={key}>{shownShortcut(key, mac)}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
