import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../support/imports.ts';

const folder = join(root, 'renderer');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('strings/'))
  .toSorted();

/** Source without comments, line by line as it was. */
const bare = (source: string): string =>
  source.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, '')).replace(/(^|\s)\/\/.*$/gm, '');

/** Sentences and words that a person would read. Messages of TypeError and Error are for developers. */
function texts(line: string): string[] {
  if (/new (Type)?Error\(/.test(line)) return [];
  const literals = [...line.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`([^`]*)`/g)].map(
    ([, single, double, template]) => single ?? double ?? template ?? '',
  );
  const sentences = literals.filter((text) => /^\p{Lu}\p{L}*(,? [\p{L}…]+)+|\p{L}+ .*\p{L}[.!?]$/u.test(text));
  const doing = [...line.matchAll(/(?:errorOf|toAppError)\([^()]*, '([^']+)'/g)].map(([, text]) => text ?? '');
  const attributes = [
    ...line.matchAll(/\b(?:aria-label|title|label|placeholder|description|alt)="([^"]*\p{L}[^"]*)"/gu),
  ].map(([, text]) => text ?? '');
  return [...sentences, ...doing, ...attributes];
}

/** Text between tags, such as `<b>Name</b>`; key names in `<kbd>` are the same in every language. */
const between = (line: string): string[] =>
  [...line.matchAll(/<(\w+)[^<>]*>\s*(\p{L}[^<>{}=;()]*)<\//gu)].flatMap(([, tag, text]) =>
    tag === 'kbd' ? [] : (text ?? ''),
  );

it('keeps every text that people read in renderer/strings', () => {
  const found = files.flatMap((name) =>
    bare(readFileSync(join(folder, name), 'utf8'))
      .split('\n')
      .flatMap((line, index) =>
        [...texts(line), ...(name.endsWith('x') ? between(line) : [])].map((text) => `${name}:${index + 1} ${text}`),
      ),
  );
  expect(found).toEqual([]);
});

it('would find them', () => {
  expect(texts("complain('The file is gone.')")).toHaveLength(1);
  expect(texts("errorOf(thrown, 'opening the flow')")).toHaveLength(1);
  expect(texts('<input title="Name" />')).toHaveLength(1);
  expect(between('<b>Name</b>')).toEqual(['Name']);
  expect(texts("className='tag tag--bad'")).toEqual([]);
});
