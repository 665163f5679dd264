/** The formula language in the editor: colours, completion, hover, signatures, quick fixes, layout. The engine does the thinking. */
import type { editor, IRange, languages, Position } from 'monaco-editor/editor/editor.api';
import {
  completeFormula,
  type FormulaProblem,
  formatFormula,
  type Hover,
  hoverFormula,
  isFormula,
  type Range,
  signatureHelp,
} from '../../engine/formula/index.ts';
import { t } from '../strings/index.ts';
import type { Monaco } from './load.ts';
import { markerCodeOf, problemsOf } from './problems.ts';
import { surroundingsOf } from './surroundings.ts';

/** The language's id in the editor. */
export const formulaLanguage = 'costwire-formula';

const tokens: languages.IMonarchLanguage = {
  defaultToken: '',
  ignoreCase: true,
  unicode: true,
  start: 'start',
  tokenizer: {
    start: [
      [/\s*=/, { token: 'delimiter.begin', next: '@formula' }],
      [/.+/, 'literal'],
    ],
    formula: [
      [/\/\*/, { token: 'comment', next: '@comment' }],
      [/\/\/.*$/, 'comment'],
      [/\[(?:[^\]]|\]\])*\]/, 'field'],
      [/"(?:[^"]|"")*"/, 'string'],
      [/"/, { token: 'string', next: '@text' }],
      [/#\d{4}-\d{2}-\d{2}#/, 'date'],
      [/#(?:DIV\/0!|N\/A|NAME\?|NULL!|NUM!|REF!|VALUE!)/, 'error'],
      [/(?:TRUE|FALSE)\b(?!\s*\()/, 'constant'],
      [/[\p{L}_][\p{L}\p{N}_.]*(?=\s*\()/u, 'function'],
      [/[\p{L}_][\p{L}\p{N}_.]*/u, 'parameter'],
      [/(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?/, 'number'],
      [/<=|>=|<>|[-+*/^&=<>%]/, 'operator'],
      [/[(){}]/, '@brackets'],
      [/[,;]/, 'delimiter'],
    ],
    comment: [
      [/\*\//, { token: 'comment', next: '@pop' }],
      [/[^*]+|\*/, 'comment'],
    ],
    text: [
      [/(?:[^"]|"")*"/, { token: 'string', next: '@pop' }],
      [/.+/, 'string'],
    ],
  },
};

const configuration: languages.LanguageConfiguration = {
  brackets: [
    ['(', ')'],
    ['{', '}'],
  ],
  autoClosingPairs: [
    { open: '(', close: ')' },
    { open: '[', close: ']' },
    { open: '{', close: '}' },
    { open: '"', close: '"', notIn: ['string'] },
  ],
  surroundingPairs: [
    { open: '(', close: ')' },
    { open: '"', close: '"' },
  ],
  comments: { lineComment: '//', blockComment: ['/*', '*/'] },
  wordPattern: /[\p{L}_][\p{L}\p{N}_.]*/u,
};

/** Characters from the start of the text → the editor's lines and columns. */
export function rangeIn(model: editor.ITextModel, { start, end }: Range): IRange {
  const from = model.getPositionAt(start);
  const to = model.getPositionAt(end);
  return {
    startLineNumber: from.lineNumber,
    startColumn: from.column,
    endLineNumber: to.lineNumber,
    endColumn: to.column,
  };
}

/** A text as it stands in a snippet. */
const literal = (text: string): string => text.replace(/[\\$}]/g, '\\$&');

function completions(monaco: Monaco): languages.CompletionItemProvider {
  const { CompletionItemKind: kind, CompletionItemInsertTextRule: rule } = monaco.languages;
  const kinds = {
    field: kind.Field,
    function: kind.Function,
    parameter: kind.Variable,
    value: kind.Value,
    table: kind.Module,
    column: kind.Property,
  };
  return {
    triggerCharacters: ['=', '[', '(', ',', '"', '/', '.', '<', '>', '+', '-', '*', '&'],
    provideCompletionItems: (model, position) => {
      const text = model.getValue();
      const surroundings = surroundingsOf(model);
      if (surroundings === undefined || !isFormula(text)) return { suggestions: [] };
      const offset = model.getOffsetAt(position);
      const found = completeFormula(text, offset, surroundings.environment, surroundings.sample);
      const range = rangeIn(model, found.range);
      // What is written stands before the cursor: the engine has chosen and ranked, the editor must not do it again.
      const written = text.slice(found.range.start, offset);
      const suggestions = found.items.map((item, index): languages.CompletionItem => {
        const before = literal(item.insert.slice(0, item.cursor));
        const after = literal(item.insert.slice(item.cursor));
        const suggestion: languages.CompletionItem = {
          label: { label: item.label, description: item.sample ?? (item.kind === 'function' ? '' : item.detail) },
          kind: kinds[item.kind],
          insertText: `${before}$0${after}`,
          insertTextRules: rule.InsertAsSnippet,
          range,
          sortText: String(index).padStart(6, '0'),
          filterText: written === '' ? item.label : written,
          detail: item.detail,
          documentation: [
            item.documentation,
            item.sample === undefined || item.kind !== 'field' ? '' : t.formula.sample(item.sample),
          ]
            .filter(Boolean)
            .join('\n'),
        };
        if (item.kind === 'function')
          suggestion.command = { id: 'editor.action.triggerParameterHints', title: t.formula.signature };
        return suggestion;
      });
      return { suggestions, incomplete: true };
    },
  };
}

/** A hover as the editor's markdown; the engine's lines hold no markup. */
export function hoverText({ title, lines }: Hover): string {
  const plain = (line: string): string => line.replace(/[\\`*_{}[\]()#+\-.!|<>~&]/g, '\\$&');
  return [`**${plain(title)}**`, ...lines.map(plain)].join('\n\n');
}

const hovers: languages.HoverProvider = {
  provideHover: (model, position) => {
    const text = model.getValue();
    const surroundings = surroundingsOf(model);
    if (surroundings === undefined || !isFormula(text)) return null;
    const hover = hoverFormula(text, model.getOffsetAt(position), surroundings.environment, surroundings.sample);
    return hover === undefined ? null : { range: rangeIn(model, hover.range), contents: [{ value: hoverText(hover) }] };
  },
};

/** Where each parameter's name stands in a signature, in order; names may repeat inside others. */
export function parameterPlaces(label: string, names: readonly string[]): [number, number][] {
  let from = label.indexOf('(') + 1;
  return names.map((name) => {
    const at = label.indexOf(name, from);
    if (at === -1) return [from, from];
    from = at + name.length;
    return [at, from];
  });
}

const signatures: languages.SignatureHelpProvider = {
  signatureHelpTriggerCharacters: ['(', ',', ';'],
  signatureHelpRetriggerCharacters: [')'],
  provideSignatureHelp: (model, position) => {
    const text = model.getValue();
    const help = isFormula(text) ? signatureHelp(text, model.getOffsetAt(position)) : undefined;
    if (help === undefined) return null;
    const places = parameterPlaces(
      help.label,
      help.parameters.map(({ label }) => label),
    );
    return {
      value: {
        signatures: [
          {
            label: help.label,
            documentation: help.documentation,
            parameters: help.parameters.map(({ documentation }, index) => ({
              label: places[index] ?? [0, 0],
              documentation,
            })),
          },
        ],
        activeSignature: 0,
        activeParameter: Math.max(0, help.active),
      },
      dispose: () => undefined,
    };
  },
};

const fixOf = (model: editor.ITextModel, problem: FormulaProblem, marker: editor.IMarkerData) =>
  problem.fix === undefined
    ? []
    : [
        {
          title: problem.fix.label,
          kind: 'quickfix',
          diagnostics: [marker],
          isPreferred: true,
          edit: {
            edits: [
              {
                resource: model.uri,
                versionId: model.getVersionId(),
                textEdit: { range: model.getFullModelRange(), text: problem.fix.value },
              },
            ],
          },
        },
      ];

const fixes: languages.CodeActionProvider = {
  provideCodeActions: (model, _range, context) => {
    const surroundings = surroundingsOf(model);
    if (surroundings === undefined) return { actions: [], dispose: () => undefined };
    const problems = problemsOf(model.getValue(), surroundings);
    const actions = context.markers.flatMap((marker) =>
      problems
        .filter((problem) => markerCodeOf(problem) === marker.code)
        .flatMap((problem) => fixOf(model, problem, marker)),
    );
    return { actions, dispose: () => undefined };
  },
};

const layout: languages.DocumentFormattingEditProvider = {
  provideDocumentFormattingEdits: (model) => {
    const text = model.getValue();
    return isFormula(text) ? [{ range: model.getFullModelRange(), text: formatFormula(text) }] : [];
  },
};

/** Shows the problems of a formula in its editor. */
export function markProblems(monaco: Monaco, model: editor.ITextModel): void {
  const surroundings = surroundingsOf(model);
  const problems = surroundings === undefined ? [] : problemsOf(model.getValue(), surroundings);
  const { MarkerSeverity } = monaco;
  const severities = { blocking: MarkerSeverity.Error, warning: MarkerSeverity.Warning, advice: MarkerSeverity.Info };
  monaco.editor.setModelMarkers(
    model,
    formulaLanguage,
    problems.map((problem) => ({
      ...rangeIn(model, problem.range),
      severity: severities[problem.severity],
      message: `${problem.message} ${problem.hint}`,
      code: markerCodeOf(problem),
    })),
  );
}

/** Registers the language; once for each window. */
export function registerFormulaLanguage(monaco: Monaco): void {
  const { languages: registry } = monaco;
  registry.register({ id: formulaLanguage });
  registry.setLanguageConfiguration(formulaLanguage, configuration);
  registry.setMonarchTokensProvider(formulaLanguage, tokens);
  registry.registerCompletionItemProvider(formulaLanguage, completions(monaco));
  registry.registerHoverProvider(formulaLanguage, hovers);
  registry.registerSignatureHelpProvider(formulaLanguage, signatures);
  registry.registerCodeActionProvider(formulaLanguage, fixes, { providedCodeActionKinds: ['quickfix'] });
  registry.registerDocumentFormattingEditProvider(formulaLanguage, layout);
}

/** Position → characters from the start of the text. */
export const offsetOf = (model: editor.ITextModel, position: Position | null): number =>
  position === null ? 0 : model.getOffsetAt(position);
