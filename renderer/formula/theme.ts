/** The editor in the colours of `tokens.css`; follows the appearance of the window. */
import type { editor } from 'monaco-editor/editor/editor.api';
import type { Monaco } from './load.ts';

const bases: Readonly<Record<string, editor.BuiltinTheme>> = { dark: 'vs-dark', contrast: 'hc-black' };

/** Which token colours which part of a formula. */
const rules: readonly (readonly [token: string, variable: string, style?: string])[] = [
  ['', '--ink'],
  ['literal', '--ink'],
  ['field', '--accent'],
  ['function', '--info'],
  ['parameter', '--practice'],
  ['string', '--good'],
  ['number', '--warn'],
  ['date', '--warn'],
  ['constant', '--warn'],
  ['error', '--bad'],
  ['comment', '--ink-faint', 'italic'],
  ['operator', '--ink-soft'],
  ['delimiter', '--ink-soft'],
];

const colours: Readonly<Record<string, string>> = {
  'editor.background': '--surface-raised',
  'editor.foreground': '--ink',
  'editorCursor.foreground': '--accent',
  'editor.selectionBackground': '--accent-soft',
  'editor.inactiveSelectionBackground': '--surface-hover',
  ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((depth) => [`editorBracketHighlight.foreground${depth}`, '--ink-soft'])),
  'editorBracketHighlight.unexpectedBracket.foreground': '--bad',
  'editorBracketMatch.background': '--surface-chosen',
  'editorBracketMatch.border': '--line-control',
  'editorWidget.background': '--surface-raised',
  'editorWidget.foreground': '--ink',
  'editorWidget.border': '--line-strong',
  'editorSuggestWidget.background': '--surface-raised',
  'editorSuggestWidget.border': '--line-strong',
  'editorSuggestWidget.foreground': '--ink',
  'editorSuggestWidget.selectedBackground': '--surface-chosen',
  'editorSuggestWidget.selectedForeground': '--ink',
  'editorSuggestWidget.highlightForeground': '--accent',
  'editorSuggestWidget.focusHighlightForeground': '--accent',
  'editorHoverWidget.background': '--surface-raised',
  'editorHoverWidget.foreground': '--ink',
  'editorHoverWidget.border': '--line-strong',
  'editorHoverWidget.highlightForeground': '--accent',
  'editorHoverWidget.statusBarBackground': '--surface-hover',
  'editorError.foreground': '--bad',
  'editorWarning.foreground': '--warn',
  'editorInfo.foreground': '--info',
  'editorLightBulb.foreground': '--warn',
  'list.hoverBackground': '--surface-hover',
  'list.hoverForeground': '--ink',
  'textLink.foreground': '--accent',
  descriptionForeground: '--ink-soft',
  foreground: '--ink',
  focusBorder: '--accent',
  'widget.shadow': '--line',
  'menu.background': '--surface-raised',
  'menu.foreground': '--ink',
  'menu.selectionBackground': '--surface-chosen',
  'menu.selectionForeground': '--ink',
  'symbolIcon.fieldForeground': '--accent',
  'symbolIcon.functionForeground': '--info',
  'symbolIcon.variableForeground': '--practice',
};

/**
 * The editor's theme for an appearance.
 * @param read the value of a token, a colour as `#rrggbb`.
 */
export function themeOf(appearance: string, read: (variable: string) => string): editor.IStandaloneThemeData {
  return {
    base: bases[appearance] ?? 'vs',
    inherit: true,
    rules: rules.map(([token, variable, fontStyle]) => ({
      token,
      foreground: read(variable).replace('#', ''),
      ...(fontStyle === undefined ? {} : { fontStyle }),
    })),
    colors: Object.fromEntries(Object.entries(colours).map(([name, variable]) => [name, read(variable)])),
  };
}

/** A computed colour as `#rrggbb`. @example hexOf('rgb(13, 97, 80)') === '#0d6150' */
export function hexOf(colour: string): string {
  const parts = colour.match(/[\d.]+/g)?.slice(0, 3) ?? [];
  return `#${parts.map((part) => Math.round(Number(part)).toString(16).padStart(2, '0')).join('')}`;
}

/** Puts the editor into the window's colours, now and whenever they change. */
export function followTheme(monaco: Monaco): void {
  const root = document.documentElement;
  const apply = (): void => {
    // A style sheet may shorten #ffffff or name a colour: the computed colour of an element is always rgb().
    const probe = root.appendChild(document.createElement('i'));
    const read = (variable: string): string => {
      probe.style.color = `var(${variable})`;
      return hexOf(getComputedStyle(probe).color);
    };
    monaco.editor.defineTheme('costwire', themeOf(root.dataset.theme ?? 'light', read));
    monaco.editor.setTheme('costwire');
    probe.remove();
  };
  apply();
  new MutationObserver(apply).observe(root, { attributes: true, attributeFilter: ['data-theme'] });
}
