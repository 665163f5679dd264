/** A name that is typed in place: Enter keeps, Esc gives back. */
import { type ReactNode, useState } from 'react';

/** The field. `onDone` gets the new name, or undefined when it was given up. */
export function NameField(props: {
  label: string;
  value: string;
  onDone: (name: string | undefined) => void;
}): ReactNode {
  const [name, setName] = useState(props.value);
  return (
    <input
      className="name-field nodrag nopan"
      aria-label={props.label}
      value={name}
      maxLength={200}
      ref={(input) => {
        if (input !== null && document.activeElement !== input) {
          input.focus();
          input.select();
        }
      }}
      onChange={(event) => setName(event.target.value)}
      onBlur={() => props.onDone(name === props.value ? undefined : name)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key === 'Escape') props.onDone(undefined);
      }}
    />
  );
}
