/** Reads import statements of the source, for the architecture test. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** An import as written, with where it stands and, for our own files, the path it means. */
export interface ImportLine {
  file: string;
  line: number;
  specifier: string;
  target: string | undefined;
}

/** All TypeScript sources below a folder, as paths relative to the project. */
export function sourceFiles(folder: string): string[] {
  const at = join(root, folder);
  if (!statSync(at, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mts|mjs)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

const importPattern =
  /(?:^|[\s;])(?:import|export)\s(?:[^'"`;]*?\sfrom\s*)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g;

/** The imports of a source text. */
export function importsOf(file: string, text: string): ImportLine[] {
  const found: ImportLine[] = [];
  const code = text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/^\s*\/\/.*$/gm, '');
  for (const match of code.matchAll(importPattern)) {
    const specifier = match[1] ?? match[2] ?? '';
    const quote = match.index + match[0].lastIndexOf(specifier);
    const line = code.slice(0, quote).split('\n').length;
    const target = specifier.startsWith('.')
      ? relative(root, resolve(root, dirname(file), specifier)).replaceAll('\\', '/')
      : undefined;
    found.push({ file, line, specifier, target });
  }
  return found;
}

/** The imports of a file of the project. */
export const importsOfFile = (file: string): ImportLine[] => importsOf(file, readFileSync(join(root, file), 'utf8'));
