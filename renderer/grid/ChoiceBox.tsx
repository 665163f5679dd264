/** A box to choose a row of the grid by. Rows keep their drawing while the choice changes: only the boxes listen to it. */
import { createContext, type ReactNode, useContext } from 'react';

/** Which rows are chosen, by key, and how that changes. */
export interface RowChoice {
  chosen: ReadonlySet<string>;
  toggle: (key: string) => void;
}

/** Hands the choice to the boxes below. */
export const ChoiceContext = createContext<RowChoice>({ chosen: new Set(), toggle: () => undefined });

/** The box. */
export function ChoiceBox({ id, label }: { id: string; label: string }): ReactNode {
  const { chosen, toggle } = useContext(ChoiceContext);
  return (
    // A button, for a cell of the grid is pressed by Enter, which looks for one.
    <button
      type="button"
      role="checkbox"
      tabIndex={-1}
      className="grid__box"
      aria-checked={chosen.has(id)}
      aria-label={label}
      onClick={() => toggle(id)}
    >
      {chosen.has(id) ? '✓' : ''}
    </button>
  );
}
