/**
 * The editor, with only the parts a formula needs. Nothing but a dynamic import may name this module: it is a chunk of its own, fetched
 * when a formula gets the focus for the first time.
 * @source monaco-editor 0.57: its `exports` map leads into `esm/vs`
 */
import * as monaco from 'monaco-editor/editor/editor.api';
import 'monaco-editor/editor/contrib/bracketMatching/browser/bracketMatching';
import 'monaco-editor/editor/contrib/caretOperations/browser/caretOperations';
import 'monaco-editor/editor/contrib/clipboard/browser/clipboard';
import 'monaco-editor/editor/contrib/codeAction/browser/codeActionContributions';
import 'monaco-editor/editor/contrib/format/browser/formatActions';
import 'monaco-editor/editor/contrib/hover/browser/hoverContribution';
import 'monaco-editor/editor/contrib/parameterHints/browser/parameterHints';
import 'monaco-editor/editor/contrib/suggest/browser/suggestController';
import 'monaco-editor/editor/contrib/wordOperations/browser/wordOperations';
import 'monaco-editor/features/codicon/register';
import EditorWorker from 'monaco-editor/editor/editor.worker?worker';
import { registerFormulaLanguage } from './language.ts';
import { followTheme } from './theme.ts';

export { monaco };

// Monaco looks its worker up in this global.
Object.assign(globalThis, { MonacoEnvironment: { getWorker: (): Worker => new EditorWorker() } });
registerFormulaLanguage(monaco);
followTheme(monaco);
