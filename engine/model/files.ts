/** Files of records: how they are named by a record, how they arrive, and names that every system takes. */
import type { Origin } from './record.ts';

/** A file that a record names in its list `attachments`, each with `id`, `name` and `url`. */
export interface FileReference {
  id: string;
  name?: string;
  url: string;
  /** The record that names it: a fresh address is read there where this one has run out. */
  origin?: Origin;
}

/** A file as fetched, whole; its size is bounded by the connector. */
export interface RemoteFile {
  /** A plain file name: no folders, no control characters. */
  name: string;
  /** Such as `application/pdf`. */
  mediaType: string;
  /** In bytes. */
  size: number;
  bytes: Uint8Array;
}

const reserved = /[\p{Cc}\p{Cf}<>:"/\\|?*%#]+/gu;

/** A name without folders, reserved signs and surplus length; its ending is kept. `fallback` where nothing is left. */
export function safeFileName(name: string, longest: number, fallback = 'attachment'): string {
  const clean = name
    .normalize('NFC')
    .replace(reserved, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');
  if (clean === '' || /^_+$/.test(clean)) return fallback;
  const [stem, ending] = parts(clean);
  return cut(stem, longest - ending.length) + ending;
}

/** The name itself or, where it is taken whatever its case, with `(2)`, `(3)`, … before its ending. */
export function uniqueFileName(name: string, taken: Iterable<string>, longest: number): string {
  const used = new Set([...taken].map((other) => other.toLowerCase()));
  const [stem, ending] = parts(name);
  for (let count = 1; ; count += 1) {
    const mark = count === 1 ? '' : ` (${count})`;
    const candidate = cut(stem, longest - ending.length - mark.length) + mark + ending;
    if (!used.has(candidate.toLowerCase())) return candidate;
  }
}

/** Stem and ending; an ending is a dot with up to ten letters and digits. */
function parts(name: string): [string, string] {
  const ending = /\.[\p{L}\p{N}]{1,10}$/u.exec(name)?.[0] ?? '';
  return [name.slice(0, name.length - ending.length), ending];
}

// By code points, so that no sign is cut in two.
const cut = (text: string, longest: number): string => {
  let kept = '';
  for (const sign of text) {
    if (kept.length + sign.length > Math.max(1, longest)) break;
    kept += sign;
  }
  return kept;
};
