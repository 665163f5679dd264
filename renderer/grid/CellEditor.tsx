/** The field over the active cell while it is typed in. */
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';

/** Where the active cell goes after a commit. */
export type Leaving = 'down' | 'up' | 'right' | 'left' | 'stay';

interface EditorProps {
  label: string;
  /** The text it begins with. */
  text: string;
  /** Begun by typing over the cell: arrows leave it, as in a spreadsheet. F2 changes that. */
  isQuick: boolean;
  /** What may be typed, with its name in the target system. */
  choices: readonly { value: string; label: string }[];
  listId: string;
  onCommit: (text: string, leaving: Leaving) => void;
  onCancel: () => void;
}

const arrows: Readonly<Record<string, Leaving>> = {
  ArrowDown: 'down',
  ArrowUp: 'up',
  ArrowRight: 'right',
  ArrowLeft: 'left',
};

/** Most names offered: a browser draws the list whole. */
const mostChoices = 500;

/** The field. It keeps its own text: a cell is drawn anew only when it is left. */
export function CellEditor(props: EditorProps): ReactNode {
  const field = useRef<HTMLInputElement>(null);
  const quick = useRef(props.isQuick);
  const done = useRef(false);
  useEffect(() => {
    const input = field.current;
    if (input === null) return;
    input.focus({ preventScroll: true });
    input.setSelectionRange(input.value.length, input.value.length);
  }, []);
  const commit = (leaving: Leaving): void => {
    if (done.current) return;
    done.current = true;
    props.onCommit(field.current?.value ?? '', leaving);
  };
  const press = (event: KeyboardEvent): void => {
    // Keys of the field are not the grid's.
    event.stopPropagation();
    if (event.nativeEvent.isComposing) return;
    const { key, shiftKey } = event;
    const arrow = quick.current && props.choices.length === 0 ? arrows[key] : undefined;
    const leaving: Leaving | undefined =
      key === 'Enter' ? (shiftKey ? 'up' : 'down') : key === 'Tab' ? (shiftKey ? 'left' : 'right') : arrow;
    if (key === 'F2') quick.current = !quick.current;
    else if (key === 'Escape') {
      done.current = true;
      props.onCancel();
    } else if (leaving !== undefined) commit(leaving);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        ref={field}
        className="grid__editor"
        aria-label={props.label}
        defaultValue={props.text}
        maxLength={4000}
        autoComplete="off"
        spellCheck={false}
        dir="auto"
        {...(props.choices.length === 0 ? {} : { list: props.listId })}
        onKeyDown={press}
        onPaste={(event) => event.stopPropagation()}
        onPointerDown={(event) => event.stopPropagation()}
        onDoubleClick={(event) => event.stopPropagation()}
        onBlur={() => commit('stay')}
      />
      {props.choices.length === 0 ? null : (
        <datalist id={props.listId}>
          {props.choices.slice(0, mostChoices).map(({ value, label }) => (
            <option key={value} value={value} label={label} />
          ))}
        </datalist>
      )}
    </>
  );
}
