/** Cells that lists share: a name in bold, and a text that is whole on hover. */
import type { ReactNode } from 'react';

/** What people call the row. */
export function NameCell({ text }: { text: string }): ReactNode {
  return (
    <strong className="grid__text" title={text}>
      {text}
    </strong>
  );
}

/** A text that may be longer than its column. `whole` where hovering tells more than the cell. */
export function TextCell({ text = '', whole = text }: { text: string | undefined; whole?: string }): ReactNode {
  return (
    <span className="grid__text" title={whole}>
      {text}
    </span>
  );
}
