/** Files and `costwire://` links that the operating system hands to the app. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { HostEvent } from '../engine/api/contract.ts';
import { AppError } from '../engine/model/error.ts';
import { readText } from '../engine/store/workspace-files.ts';

/** Largest file that is opened this way, in bytes. */
const maxBytes = 16 * 1024 * 1024;

/** What was handed over: files and links among command line arguments; everything else is ignored. */
export const openable = (args: readonly string[]): string[] =>
  args.filter((arg) => /\.(flow|template)\.json$/i.test(arg) || arg.startsWith('costwire://'));

/** The path inside the app of a link such as `costwire://flows/f_1`; undefined for links that are none of ours. */
export function linkPath(link: string): string | undefined {
  if (!link.startsWith('costwire://') || link.length > 500 || !URL.canParse(link)) return undefined;
  const url = new URL(link);
  const path = `/${url.host}${url.pathname}`.replace(/\/+$/, '');
  return /^(\/[\w.~%-]+)+$/.test(path) ? path : undefined;
}

/**
 * The event for a file or link.
 * @throws AppError host.badInput where it cannot be opened
 */
export async function openEvent(target: string): Promise<HostEvent> {
  if (target.startsWith('costwire://')) {
    const path = linkPath(target);
    if (path === undefined) throw new AppError('host.badInput', 'The link does not lead to anything in Costwire.');
    return { type: 'openLink', path };
  }
  const fileName = basename(target);
  const found = await stat(target).catch(() => undefined);
  if (found?.isFile() !== true) throw new AppError('host.badInput', `There is no file "${fileName}".`);
  if (found.size > maxBytes) throw new AppError('host.badInput', `"${fileName}" is larger than 16 MB.`);
  return { type: 'openFile', fileName, text: (await readText(target)) ?? '' };
}
