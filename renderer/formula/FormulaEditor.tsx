/** The editor of one formula: as high as its text, and out of the way of the keyboard's Tab. */
import type { editor, IDisposable } from 'monaco-editor/editor/editor.api';
import { type ReactNode, useDeferredValue, useEffect, useRef } from 'react';
import './formula.css';
import { t } from '../strings/index.ts';
import { formulaLanguage, markProblems, offsetOf } from './language.ts';
import type { Monaco } from './load.ts';
import { type FormulaSurroundings, setSurroundings } from './surroundings.ts';

/** What its surroundings may do with an editor. */
export interface EditorHandle {
  focus(): void;
  /** Puts a text at the cursor; `cursor` is where the cursor goes, in characters behind its start. */
  insert(text: string, cursor: number): void;
  /** Lays the formula out in its usual form. */
  tidy(): void;
}

/** What the editor takes. */
export interface FormulaEditorProps extends FormulaSurroundings {
  monaco: Monaco;
  /** Name for screen readers. */
  name: string;
  value: string;
  fieldPath: string;
  /** Heights in lines; beyond the second it scrolls. */
  lines: readonly [least: number, most: number];
  /** Selection in characters from the start. */
  select: readonly [start: number, end: number];
  onChange: (value: string) => void;
  onBlur?: () => void;
  onEscape: () => void;
  onWide?: () => void;
  /** The cursor moved; `offset` in characters from the start of the text as it is now. */
  onCursor?: (text: string, offset: number) => void;
  onReady?: (handle: EditorHandle) => void;
}

const lineHeight = 18;
const padding = 5;

/** Lists and hints hang here, above dialogs, so that no panel cuts them off. */
function overflowHost(): HTMLElement {
  const found = document.getElementById('formula-overflow');
  if (found !== null) return found;
  const host = document.createElement('div');
  host.id = 'formula-overflow';
  host.className = 'monaco-editor formula-overflow';
  document.body.append(host);
  return host;
}

const optionsOf = (props: FormulaEditorProps): editor.IStandaloneEditorConstructionOptions => ({
  ariaLabel: props.name,
  automaticLayout: true,
  contextmenu: false,
  // The plain text area behind the editor is what input methods, screen readers and our shortcuts know.
  editContext: false,
  fixedOverflowWidgets: true,
  folding: false,
  fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--font-mono').trim(),
  fontSize: 12,
  glyphMargin: false,
  hideCursorInOverviewRuler: true,
  hover: { above: false, delay: 350 },
  lightbulb: { enabled: 'off' as editor.ShowLightbulbIconMode },
  lineDecorationsWidth: 8,
  lineHeight,
  lineNumbers: 'off',
  lineNumbersMinChars: 0,
  links: false,
  minimap: { enabled: false },
  occurrencesHighlight: 'off',
  overflowWidgetsDomNode: overflowHost(),
  overviewRulerBorder: false,
  overviewRulerLanes: 0,
  padding: { top: padding, bottom: padding },
  quickSuggestions: { other: true, strings: true, comments: false },
  renderLineHighlight: 'none',
  roundedSelection: false,
  scrollBeyondLastLine: false,
  scrollbar: { alwaysConsumeMouseWheel: false, vertical: 'auto', horizontal: 'hidden', verticalScrollbarSize: 8 },
  selectionHighlight: false,
  stickyScroll: { enabled: false },
  suggest: { showIcons: true, preview: false, showWords: false },
  suggestFontSize: 12,
  suggestLineHeight: 22,
  tabFocusMode: true,
  tabSize: 2,
  unicodeHighlight: { ambiguousCharacters: false, invisibleCharacters: true },
  wordBasedSuggestions: 'off',
  wordWrap: 'on',
  wrappingStrategy: 'advanced',
});

const handleOf = (made: editor.IStandaloneCodeEditor): EditorHandle => ({
  focus: () => made.focus(),
  insert: (text, cursor) => {
    const selection = made.getSelection();
    const model = made.getModel();
    if (selection === null || model === null) return;
    const start = offsetOf(model, selection.getStartPosition());
    made.pushUndoStop();
    made.executeEdits('reference', [{ range: selection, text, forceMoveMarkers: true }]);
    made.pushUndoStop();
    made.setPosition(model.getPositionAt(start + cursor));
    made.focus();
  },
  tidy: () => {
    void made.getAction('editor.action.formatDocument')?.run();
    made.focus();
  },
});

/** Keys of our own. Esc first closes what is open: the list, the signature. */
function bindKeys(monaco: Monaco, made: editor.IStandaloneCodeEditor, latest: { current: FormulaEditorProps }): void {
  made.addAction({
    id: 'costwire.leave',
    label: t.formula.leaveEditor,
    keybindings: [monaco.KeyCode.Escape],
    precondition: '!suggestWidgetVisible && !parameterHintsVisible && !editorHoverVisible && !editorHasSelection',
    run: () => latest.current.onEscape(),
  });
  made.addAction({
    id: 'costwire.wide',
    label: t.formula.wideEditor,
    keybindings: [monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter],
    run: () => latest.current.onWide?.(),
  });
}

function listen(made: editor.IStandaloneCodeEditor, box: HTMLElement, latest: { current: FormulaEditorProps }) {
  const resize = (): void => {
    const [least, most] = latest.current.lines;
    const around = 2 * padding;
    const content = Math.max(made.getContentHeight(), least * lineHeight + around);
    // The border counts, else the last line scrolls.
    const height = Math.min(content, most * lineHeight + around) + 2;
    box.style.height = `${height}px`;
    made.layout();
  };
  resize();
  const listeners: IDisposable[] = [
    made.onDidContentSizeChange((event) => event.contentHeightChanged && resize()),
    made.onDidChangeModelContent(() => {
      const text = made.getValue();
      if (text !== latest.current.value) latest.current.onChange(text);
    }),
    made.onDidChangeCursorPosition(({ position }) => {
      const model = made.getModel();
      if (model !== null) latest.current.onCursor?.(model.getValue(), offsetOf(model, position));
    }),
    made.onDidBlurEditorWidget(() => latest.current.onBlur?.()),
  ];
  return () => {
    for (const listener of listeners) listener.dispose();
  };
}

/** The editor; it takes the focus when it appears. */
export function FormulaEditor(props: FormulaEditorProps): ReactNode {
  const { monaco, value, environment, sample, parameters, always } = props;
  const box = useRef<HTMLDivElement>(null);
  const made = useRef<editor.IStandaloneCodeEditor>(undefined);
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    if (box.current === null) return;
    const first = latest.current;
    const model = monaco.editor.createModel(first.value, formulaLanguage);
    model.setEOL(monaco.editor.EndOfLineSequence.LF);
    setSurroundings(model, first);
    const editor = monaco.editor.create(box.current, { ...optionsOf(first), model });
    made.current = editor;
    bindKeys(monaco, editor, latest);
    const stop = listen(editor, box.current, latest);
    const [start, end] = first.select.map((offset) => model.getPositionAt(offset));
    if (start !== undefined && end !== undefined) editor.setSelection(monaco.Range.fromPositions(start, end));
    // A dialog gives the focus to what is marked so.
    box.current.querySelector('textarea')?.setAttribute('data-autofocus', '');
    editor.focus();
    first.onReady?.(handleOf(editor));
    return () => {
      made.current = undefined;
      stop();
      editor.dispose();
      model.dispose();
    };
  }, [monaco]);
  // A value that came from elsewhere, such as undo or a quick fix beside the editor.
  useEffect(() => {
    const editor = made.current;
    const model = editor?.getModel();
    if (editor === undefined || model === null || model === undefined || model.getValue() === value) return;
    editor.executeEdits('outside', [{ range: model.getFullModelRange(), text: value, forceMoveMarkers: true }]);
  }, [value]);
  // Checking waits until typing pauses: keys never wait for it.
  const settled = useDeferredValue(value);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the settled text is what asks for a new check
  useEffect(() => {
    const model = made.current?.getModel();
    if (model === null || model === undefined) return;
    setSurroundings(model, { environment, sample, parameters, always });
    markProblems(monaco, model);
  }, [monaco, settled, environment, sample, parameters, always]);
  return <div className="formula-editor" data-field={props.fieldPath} ref={box} />;
}
