/** What every procedure of the contract shares: the one error, and building blocks of inputs. */
import { eventIterator, oc, type } from '@orpc/contract';
import { z } from 'zod';
import type { AppErrorData } from '../../model/error.ts';

/** Name under which an {@link AppErrorData} crosses the wire. */
export const wireErrorCode = 'APP_ERROR';

/** A procedure: inputs are checked by schema at the host, outputs are typed by the model. */
export const procedure = oc.errors({ [wireErrorCode]: { data: type<AppErrorData>() } });

/** An output whose shape the model defines. */
export const output = type;

/** An output that arrives piece by piece. */
export const stream = <Event>() => eventIterator(z.custom<Event>());

/** Longest text of a name or search, in characters. */
export const shortText = z.string().max(500);
/** A name that people read. */
export const nameText = z.string().trim().min(1, 'Enter a name.').max(200, 'Use at most 200 characters.');
export const id = z.string().min(1).max(200);
/** A file that travels as text. */
export const fileText = z.string().max(20_000_000, 'The file is larger than 20 MB.');
/** A file that travels as base64. */
export const fileBytes = z.base64().max(28_000_000, 'The file is larger than 20 MB.');

/** Decimal strings by currency. */
export type Amounts = Record<string, string>;

/** A file for the user to keep. `content` is base64. */
export interface FileAnswer {
  fileName: string;
  mimeType: string;
  content: string;
}
