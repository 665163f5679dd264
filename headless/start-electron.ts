/** Is Electron there, can it be fetched, and is there a screen? Electron itself is never imported to find out: that would download. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How long a download may stand still before it is given up, in milliseconds. */
export const stallMs = 6_000;

/** What was found: the program to start, or why there is none. */
export type ElectronFinding = { program: string } | { reason: string };

/** Path of Electron's program where it is installed; undefined otherwise. */
export function electronProgram(root: string, env: NodeJS.ProcessEnv): string | undefined {
  const folder = join(root, 'node_modules', 'electron');
  const pathFile = join(folder, 'path.txt');
  const relative = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : undefined;
  const override = env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override !== undefined && override !== '') {
    const program = join(override, relative ?? (process.platform === 'win32' ? 'electron.exe' : 'electron'));
    return existsSync(program) ? program : undefined;
  }
  if (relative === undefined) return undefined;
  const program = join(folder, 'dist', relative);
  return existsSync(program) ? program : undefined;
}

/** Whether windows can be shown here. */
export function hasDisplay(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): boolean {
  if (platform === 'win32' || platform === 'darwin') return env.SSH_CONNECTION === undefined;
  return Boolean(env.DISPLAY) || Boolean(env.WAYLAND_DISPLAY);
}

/**
 * Finds Electron; where it is missing, tries once per version to fetch it, and remembers when that failed.
 * @param say told that a download begins.
 */
export async function findElectron(
  root: string,
  platform: NodeJS.Platform,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<ElectronFinding> {
  if (!hasDisplay(platform, env)) return { reason: 'this session has no display' };
  const there = electronProgram(root, env);
  if (there !== undefined) return { program: there };
  const folder = join(root, 'node_modules', 'electron');
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) return { reason: 'Electron is not installed' };
  const version = String((JSON.parse(readFileSync(manifest, 'utf8')) as { version?: unknown }).version);
  const memory = join(root, 'node_modules', '.costwire-electron');
  if (existsSync(memory) && readFileSync(memory, 'utf8') === version) {
    return { reason: 'Electron could not be fetched before' };
  }
  say('Costwire fetches Electron (once) …');
  if (await fetched(join(folder, 'install.js'), env)) {
    const program = electronProgram(root, env);
    if (program !== undefined) return { program };
  }
  remember(memory, version);
  return { reason: 'Electron could not be fetched' };
}

/** A folder of modules that cannot be written only means that the next start tries again. */
function remember(file: string, version: string): void {
  try {
    writeFileSync(file, version);
  } catch {
    // See above: nothing depends on the memory.
    return;
  }
}

/** Runs Electron's own installer as long as its download grows. */
function fetched(installer: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const scratch = mkdtempSync(join(tmpdir(), 'costwire-electron-'));
  const places = { TMPDIR: scratch, TEMP: scratch, TMP: scratch };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [installer], { stdio: 'ignore', env: { ...env, ...places } });
    let seen = 0;
    let grownAt = Date.now();
    const watch = setInterval(() => {
      const size = sizeOf(scratch);
      if (size > seen) grownAt = Date.now();
      seen = size;
      if (Date.now() - grownAt > stallMs) child.kill('SIGKILL');
    }, 500);
    const end = (isDone: boolean) => {
      clearInterval(watch);
      rmSync(scratch, { recursive: true, force: true });
      resolve(isDone);
    };
    child.once('error', () => end(false));
    child.once('exit', (code) => end(code === 0));
  });
}

function sizeOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, file) => {
    const path = join(file.parentPath, file.name);
    return sum + (existsSync(path) ? statSync(path).size : 0);
  }, 0);
}
