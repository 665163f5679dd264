/** Mantine dressed in the tokens of `tokens.css`, so that its parts and ours look like one thing. */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const spruce: MantineColorsTuple = [
  '#eaf4f0',
  '#d5e7e0',
  '#aacfc1',
  '#7cb5a1',
  '#559f86',
  '#3b9175',
  '#0d6150',
  '#0b5647',
  '#0a4f42',
  '#063a30',
];

/** Mantine's greys are our tokens: its dark scheme reads `dark`, its light scheme `gray`. */
const dark: MantineColorsTuple = [
  'var(--ink)',
  'var(--ink-soft)',
  'var(--ink-faint)',
  'var(--line-control)',
  'var(--line-strong)',
  'var(--surface-hover)',
  'var(--surface-raised)',
  'var(--surface)',
  'var(--paper)',
  'var(--paper-deep)',
];
const gray: MantineColorsTuple = [
  'var(--surface-hover)',
  'var(--surface-hover)',
  'var(--line)',
  'var(--line)',
  'var(--line-strong)',
  'var(--line-control)',
  'var(--ink-faint)',
  'var(--ink-soft)',
  'var(--ink)',
  'var(--ink)',
];

/** Shapes, sizes and defaults of Mantine's parts. */
export const theme = createTheme({
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--font-mono)',
  primaryColor: 'spruce',
  colors: { spruce, dark, gray },
  defaultRadius: 'var(--radius-m)',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '0.9375rem', xl: '1.125rem' },
  headings: { fontFamily: 'var(--font)', fontWeight: '620' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'xs', variant: 'filled' } },
    ActionIcon: { defaultProps: { size: 28, variant: 'subtle', color: 'gray' } },
    TextInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: false, events: { hover: true, focus: true, touch: false } } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.35, blur: 1 } } },
    Menu: { defaultProps: { shadow: 'md', radius: 'md' } },
  },
});

const shared = {
  '--mantine-color-body': 'var(--paper)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--ink-faint)',
  '--mantine-color-default': 'var(--surface-raised)',
  '--mantine-color-default-hover': 'var(--surface-hover)',
  '--mantine-color-default-color': 'var(--ink)',
  '--mantine-color-default-border': 'var(--line-strong)',
  '--mantine-color-placeholder': 'var(--ink-faint)',
  '--mantine-color-anchor': 'var(--accent)',
  '--mantine-color-error': 'var(--bad)',
  '--mantine-primary-color-filled': 'var(--accent)',
  '--mantine-primary-color-filled-hover': 'var(--accent-hover)',
  '--mantine-primary-color-contrast': 'var(--accent-ink)',
  '--mantine-primary-color-light': 'var(--accent-soft)',
  '--mantine-primary-color-light-hover': 'var(--accent-soft)',
  '--mantine-primary-color-light-color': 'var(--accent)',
  '--mantine-color-spruce-filled': 'var(--accent)',
  '--mantine-color-spruce-filled-hover': 'var(--accent-hover)',
  '--mantine-color-spruce-light': 'var(--accent-soft)',
  '--mantine-color-spruce-light-hover': 'var(--accent-soft)',
  '--mantine-color-spruce-light-color': 'var(--accent)',
  '--mantine-color-gray-light-color': 'var(--ink-soft)',
  '--mantine-color-gray-outline': 'var(--line-strong)',
  '--mantine-color-red-filled': 'var(--bad)',
  '--mantine-color-red-light-color': 'var(--bad)',
  '--mantine-color-disabled': 'var(--surface-hover)',
  '--mantine-color-disabled-color': 'var(--ink-faint)',
};

/** Mantine's colours as our tokens, in every scheme. */
export const resolveVariables: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared });
