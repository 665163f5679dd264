import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeAtomically } from '../../../engine/store/workspace-files.ts';
import { temporaryFolder } from '../../support/store.ts';

describe('files of a workspace', () => {
  it('are the old or the new content at every moment, never a part', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'settings.json');
    const contents = ['a', 'b'].map((letter) => letter.repeat(512 * 1024));
    await writeAtomically(path, contents[0] ?? '');
    let writing = true;
    const writer = (async () => {
      for (let round = 0; round < 20; round += 1) await writeAtomically(path, contents[round % 2] ?? '');
      writing = false;
    })();
    while (writing) expect(contents.includes(await readFile(path, 'utf8'))).toBe(true);
    await writer;
    expect(await readdir(folder)).toEqual(['settings.json']);
  });

  it('leave no scratch file behind when they cannot be written', async () => {
    const folder = temporaryFolder();
    await mkdir(join(folder, 'taken.json', 'inner'), { recursive: true });
    await expect(writeAtomically(join(folder, 'taken.json'), 'x')).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['taken.json']);
  });
});
