import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ImportLine, importsOf, importsOfFile, root, sourceFiles } from './support/imports.ts';

/** Who may import whom: the first rule whose folder matches a file decides. `packages: true` allows every npm package. */
interface Rule {
  folder: string;
  own: readonly string[];
  packages: readonly string[] | true;
  builtins: boolean;
}

const rules: readonly Rule[] = [
  {
    folder: 'engine/model/',
    own: ['engine/model/', 'engine/formula/'],
    packages: ['zod', 'decimal.js'],
    builtins: false,
  },
  {
    folder: 'engine/formula/',
    own: ['engine/model/', 'engine/formula/'],
    packages: ['zod', 'decimal.js', 're2js'],
    builtins: false,
  },
  {
    folder: 'engine/nodes/',
    own: ['engine/model/', 'engine/formula/', 'engine/nodes/'],
    packages: true,
    builtins: true,
  },
  {
    folder: 'engine/tables/',
    own: ['engine/model/', 'engine/tables/'],
    packages: true,
    builtins: true,
  },
  {
    folder: 'engine/store/',
    own: ['engine/model/', 'engine/formula/', 'engine/store/', 'engine/tables/', 'engine/run/ports.ts'],
    packages: true,
    builtins: true,
  },
  {
    folder: 'engine/run/',
    own: ['engine/model/', 'engine/formula/', 'engine/nodes/', 'engine/store/', 'engine/tables/', 'engine/run/'],
    packages: true,
    builtins: true,
  },
  {
    folder: 'engine/api/contract',
    own: ['engine/model/', 'engine/formula/', 'engine/api/contract'],
    packages: ['zod', '@orpc/contract'],
    builtins: false,
  },
  { folder: 'engine/api/', own: ['engine/'], packages: true, builtins: true },
  { folder: 'connectors/kit/', own: ['engine/model/', 'connectors/kit/'], packages: true, builtins: true },
  { folder: 'connectors/index.ts', own: ['connectors/', 'engine/model/'], packages: [], builtins: false },
  { folder: 'electron/', own: ['engine/', 'connectors/', 'electron/'], packages: true, builtins: true },
  {
    folder: 'headless/',
    own: ['engine/', 'connectors/', 'headless/', 'scripts/bootstrap.mjs'],
    packages: true,
    builtins: true,
  },
  {
    folder: 'renderer/',
    own: ['engine/model/', 'engine/formula/', 'engine/api/contract', 'renderer/'],
    packages: true,
    builtins: false,
  },
];

/** Packages that only one place may import. */
const onlyIn: Readonly<Record<string, string>> = {
  'better-sqlite3': 'engine/store/database.ts',
  axios: 'connectors/kit/http.ts',
  electron: 'electron/',
};
const uiOnly = /^(react|react-dom|@xyflow\/|@mantine\/|zustand|monaco-editor)/;

function ruleFor(file: string): Rule | undefined {
  const rule = rules.find((candidate) => file.startsWith(candidate.folder));
  if (rule !== undefined) return rule;
  const connector = /^connectors\/[^/]+\//.exec(file)?.[0];
  if (connector === undefined) return undefined;
  return { folder: connector, own: ['engine/model/', 'connectors/kit/', connector], packages: true, builtins: true };
}

function violation(line: ImportLine): string | undefined {
  const where = `${line.file}:${line.line}`;
  const rule = ruleFor(line.file);
  if (rule === undefined) return undefined;
  if (line.target !== undefined) {
    const allowed = rule.own.some((folder) => line.target?.startsWith(folder));
    return allowed ? undefined : `${where} imports ${line.target}, which ${rule.folder} must not know`;
  }
  const builtin = line.specifier.startsWith('node:') || builtinModules.includes(line.specifier);
  if (builtin)
    return rule.builtins ? undefined : `${where} imports ${line.specifier}: ${rule.folder} runs in the browser too`;
  const name = line.specifier
    .split('/')
    .slice(0, line.specifier.startsWith('@') ? 2 : 1)
    .join('/');
  const home = onlyIn[name];
  if (home !== undefined && !line.file.startsWith(home)) return `${where} imports ${name}, which only ${home} may`;
  if (uiOnly.test(line.specifier) && !line.file.startsWith('renderer/'))
    return `${where} imports ${line.specifier} outside renderer/`;
  if (rule.packages !== true && !rule.packages.includes(name))
    return `${where} imports ${name}, which ${rule.folder} must not know`;
  return undefined;
}

const folders = ['engine', 'connectors', 'electron', 'headless', 'renderer'];
const files = folders.flatMap(sourceFiles);

describe('the house', () => {
  it('imports only what the rooms may know', () => {
    expect(
      files
        .flatMap(importsOfFile)
        .map(violation)
        .filter((text) => text !== undefined),
    ).toEqual([]);
  });

  it('catches what it forbids', () => {
    const bad = (file: string, code: string) => importsOf(file, code).map(violation);
    expect(bad('engine/model/a.ts', "import fs from 'node:fs';")[0]).toContain('engine/model/a.ts:1');
    expect(bad('renderer/a.tsx', "\nimport { x } from '../engine/run/execute.ts';")[0]).toContain('renderer/a.tsx:2');
    expect(bad('connectors/procore/a.ts', "import { x } from '../acumatica/index.ts';")[0]).toContain('must not know');
    expect(bad('engine/run/a.ts', "import Database from 'better-sqlite3';")[0]).toContain(
      'only engine/store/database.ts',
    );
    expect(bad('engine/nodes/a.ts', "const x = await import('../run/execute.ts');")[0]).toContain(
      'engine/run/execute.ts',
    );
    expect(bad('headless/a.ts', "import { useState } from 'react';")[0]).toContain('outside renderer/');
  });

  it('keeps every file under 400 lines', () => {
    const long = [...files, ...sourceFiles('test'), ...sourceFiles('scripts')]
      .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length }))
      .filter(({ lines }) => lines > 401)
      .map(({ file, lines }) => `${file}:1 has ${lines} lines`);
    expect(long).toEqual([]);
  });

  it('keeps download addresses out of the lock file', () => {
    expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toContain('"resolved": "http');
  });
});
