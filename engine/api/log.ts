/** The host's log file: one JSON line per fault, without secrets, bounded in size. */
import { closeSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import type { AppError } from '../model/error.ts';
import { faultCode } from '../store/workspace-files.ts';

/** Size at which a log file is put aside when a host starts, in bytes. One old file is kept. */
export const maxLogBytes = 5 * 1024 * 1024;

/** Keeps faults for support. */
export interface HostLog {
  /** Absolute path of the file; undefined where it cannot be written. */
  readonly file: string | undefined;
  error(error: AppError, doing: string): void;
  info(message: string): void;
  close(): void;
}

/**
 * Opens the log of a folder. A folder that cannot be written gives a log to standard error: faults are never lost, and a missing
 * log file never keeps Costwire from starting.
 */
export function openHostLog(folder: string): HostLog {
  const file = preparedFile(folder);
  const destination = pino.destination(file === undefined ? { dest: 2, sync: true } : { dest: file, sync: true });
  const logger = pino({ base: { pid: process.pid } }, destination);
  return {
    file,
    error: (error, doing) => logger.error({ error: error.toJSON(), doing, at: stackOf(error) }, error.message),
    info: (message) => logger.info(message),
    close: () => destination.end(),
  };
}

function preparedFile(folder: string): string | undefined {
  const file = join(folder, 'costwire.log');
  try {
    mkdirSync(folder, { recursive: true });
    if (sizeOf(file) > maxLogBytes) renameSync(file, join(folder, 'costwire.old.log'));
    closeSync(openSync(file, 'a'));
    return file;
  } catch {
    // Read-only folder or full disk: standard error is the log then.
    return undefined;
  }
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch (thrown) {
    if (faultCode(thrown) === 'ENOENT') return 0;
    throw thrown;
  }
}

/** Where it happened: frames only, since the message of a foreign error may quote what it worked on. */
function stackOf(error: AppError): string[] {
  const { cause } = error;
  const stack = cause instanceof Error ? cause.stack : typeof cause === 'string' ? cause : error.stack;
  const frames = (stack ?? '').split('\n').map((line) => line.trim());
  return frames.filter((line) => /^at |@/.test(line) && line.length < 400).slice(0, 20);
}
