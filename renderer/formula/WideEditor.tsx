/** The wide editor of a formula: room for long ones, what each part gives, and what the functions do. */
import { Button, Modal, Textarea } from '@mantine/core';
import { type KeyboardEvent, type ReactNode, useDeferredValue, useRef, useState } from 'react';
import { t } from '../strings/index.ts';
import { ExplainTree } from './ExplainTree.tsx';
import { type EditorHandle, FormulaEditor } from './FormulaEditor.tsx';
import { OutcomeLine } from './OutcomeLine.tsx';
import { firstFunction, functionAt, ReferenceCard } from './ReferenceCard.tsx';
import type { FormulaSurroundings } from './surroundings.ts';
import { useEditorModule } from './use-editor.ts';

/** What the wide editor takes. */
export interface WideEditorProps extends FormulaSurroundings {
  name: string;
  value: string;
  fieldPath: string;
  onChange: (value: string) => void;
  onClose: () => void;
}

function Body(props: WideEditorProps): ReactNode {
  const { value, environment, sample, parameters, always } = props;
  const { module, failed } = useEditorModule(true);
  const handle = useRef<EditorHandle>(undefined);
  const [chosen, setChosen] = useState(() => functionAt(value, value.length) ?? firstFunction(value));
  const settled = useDeferredValue(value);
  const surroundings = { environment, sample, parameters, always };
  const closeOnEscape = (event: KeyboardEvent): void => {
    const target = event.target as Element;
    // The editor closes its lists first, and the list of functions its own.
    if (event.key !== 'Escape' || target.closest('.monaco-editor, [aria-expanded=true]') !== null) return;
    props.onClose();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Esc is heard wherever the focus is in the dialog
    <div className="wide" onKeyDown={closeOnEscape}>
      <div className="wide__main">
        {module === undefined ? (
          <Textarea
            aria-label={props.name}
            autosize
            minRows={7}
            maxRows={16}
            spellCheck={false}
            data-autofocus
            classNames={{ input: 'formula__input formula__input--formula' }}
            value={value}
            onChange={(event) => props.onChange(event.currentTarget.value)}
          />
        ) : (
          <FormulaEditor
            {...surroundings}
            monaco={module.monaco}
            name={props.name}
            value={value}
            fieldPath={`${props.fieldPath}.wide`}
            lines={[7, 16]}
            select={[value.length, value.length]}
            onChange={props.onChange}
            onEscape={props.onClose}
            onWide={props.onClose}
            onCursor={(text, offset) => {
              const found = functionAt(text, offset);
              if (found !== undefined) setChosen(found);
            }}
            onReady={(made) => {
              handle.current = made;
            }}
          />
        )}
        <OutcomeLine {...surroundings} text={settled} onFix={props.onChange} />
        <div className="wide__bar">
          <span>{failed ? t.formula.editorFailed : t.formula.keys}</span>
          <Button variant="default" disabled={module === undefined} onClick={() => handle.current?.tidy()}>
            {t.formula.tidy}
          </Button>
          <Button onClick={props.onClose}>{t.formula.done}</Button>
        </div>
        <h3>{t.formula.explain}</h3>
        <ExplainTree {...surroundings} text={settled} />
      </div>
      <div className="wide__card">
        <ReferenceCard
          chosen={chosen}
          onChoose={setChosen}
          onInsert={(text, cursor) => {
            if (handle.current === undefined) props.onChange(value + text);
            else handle.current.insert(text, cursor);
          }}
        />
      </div>
    </div>
  );
}

/** The dialog. */
export function WideEditor(props: WideEditorProps): ReactNode {
  return (
    <Modal
      opened
      onClose={props.onClose}
      closeOnEscape={false}
      size={1040}
      title={t.formula.wideTitle(props.name)}
      closeButtonProps={{ 'aria-label': t.designer.close }}
    >
      <Body {...props} />
    </Modal>
  );
}
