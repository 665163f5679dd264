/** What a simulator keeps on disk: one JSON line per committed change, so that a killed one comes back with its documents. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../../../engine/model/error.ts';
import type { Fields } from '../../../engine/model/record.ts';

/** A committed change; what is in it is the simulator's business. */
export type JournalEntry = Fields & { kind: string };

/** An append-only journal. Without a file it keeps nothing. */
export interface Journal {
  /** Entries of earlier lives, in order. */
  readonly past: readonly JournalEntry[];
  /** Appends and waits until it is on disk. */
  append(entry: JournalEntry): void;
  close(): void;
}

function load(file: string): JournalEntry[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  // A kill in the middle of a write leaves a line without its end: it was never confirmed to anybody.
  const whole = text.lastIndexOf('\n') + 1;
  if (whole < text.length) truncateSync(file, Buffer.byteLength(text.slice(0, whole)));
  return text
    .slice(0, whole)
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      try {
        return JSON.parse(line) as JournalEntry;
      } catch (cause) {
        throw new AppError('practice.damagedJournal', `Line ${index + 1} of ${file} is not valid JSON.`, { cause });
      }
    });
}

/**
 * Opens a journal.
 * @throws AppError practice.damagedJournal
 */
export function openJournal(file: string | undefined): Journal {
  if (file === undefined) return { past: [], append: () => undefined, close: () => undefined };
  mkdirSync(dirname(file), { recursive: true });
  const past = load(file);
  const handle = openSync(file, 'a');
  let open = true;
  return {
    past,
    append(entry) {
      writeSync(handle, `${JSON.stringify(entry)}\n`);
      fsyncSync(handle);
    },
    close() {
      if (open) closeSync(handle);
      open = false;
    },
  };
}
