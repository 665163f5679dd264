/** Attachments of documents: files that the flow hands over as base64 text. */
import type { RemoteFile } from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import { safeFileName, uniqueFileName } from '../../../engine/model/files.ts';
import type { Fields, Value } from '../../../engine/model/record.ts';
import { asFields, asList, asText } from '../../kit/json.ts';
import type { AcumaticaClient } from '../client.ts';
import type { AcumaticaField } from '../codec.ts';
import { rows, text } from '../schema/fields.ts';
import { type EntitySpec, keysIn } from './reading.ts';

/** The list in which a flow hands files over. It is no field of the contract: files go out after the document is saved. */
export const attachmentsField: AcumaticaField = {
  ...rows('Attachments', 'Attachments', [
    text('FileName', 'File name', { required: true, maxLength: 255 }),
    text('Content', 'Content', { required: true, description: 'The file as base64 text.' }),
    text('Comment', 'Comment', { maxLength: 500 }),
  ]),
  description: 'Files to attach, such as the PDF of the invoice. A file of the same name becomes a new version.',
};

/** A file to attach. */
export interface FileToAttach {
  name: string;
  content: Uint8Array;
  comment?: string;
}

/**
 * Largest file, in bytes; the tenant may allow less or more. (assumed)
 * @source form SM202550, File Upload Preferences
 */
const largestFile = 25 * 1024 * 1024;
/** Longest name that leaves room for the name of the document, which the system puts before it. (assumed) */
const longestName = 120;

function readFile(row: Value, index: number): FileToAttach {
  const { FileName, Content, Comment } = asFields(row) ?? {};
  const path = `Attachments.${index}`;
  const name = asText(FileName)?.trim();
  const content = asText(Content);
  if (name === undefined || content === undefined || !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(content)) {
    throw new AppError(
      'data.badValue',
      `Attachment ${index + 1} has no file name, or its content is not base64 text.`,
      {
        fields: { [path]: 'needs FileName and Content' },
      },
    );
  }
  const bytes = Buffer.from(content, 'base64');
  if (bytes.length > largestFile) {
    throw new AppError('data.tooLarge', `The attachment ${name} is larger than 25 MB.`, {
      fields: { [path]: 'is too large' },
    });
  }
  const comment = asText(Comment);
  return { name: safeFileName(name, longestName), content: bytes, ...(comment === undefined ? {} : { comment }) };
}

/** Parts a document from its files. @throws AppError data.badValue, data.tooLarge */
export function withoutFiles(value: Fields): { fields: Fields; files: FileToAttach[] } {
  const { [attachmentsField.name]: list, ...fields } = value;
  return { fields, files: (asList(list) ?? []).map(readFile) };
}

/** Attaches files to a saved document. The document stands even where a file does not arrive: that is a warning. */
export async function attachFiles(
  client: AcumaticaClient,
  entity: string,
  record: Fields,
  files: readonly FileToAttach[],
): Promise<string[]> {
  const warnings: string[] = [];
  for (const file of files) {
    try {
      await client.attach(entity, record, file);
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.code === 'run.cancelled') throw thrown;
      warnings.push(`The file ${file.name} could not be attached: ${thrown.message} ${thrown.hint}`);
    }
  }
  return warnings;
}

/**
 * Documents that this client created just now, as the answer told them with their files: their first file needs no look at them.
 * Each is used once; whatever follows a file that failed looks again.
 */
const created = new WeakMap<AcumaticaClient, Map<string, Fields>>();
/** More documents than ever wait for their files at a time. */
const mostCreated = 100;

/** Remembers a document as the answer to its creation told it. */
export function noteCreated(client: AcumaticaClient, spec: EntitySpec, id: string, answer: Fields | undefined): void {
  // Without a list of files the answer does not say that there are none.
  if (asList(answer?.files) === undefined || asFields(answer?._links) === undefined) return;
  const documents = created.get(client) ?? new Map<string, Fields>();
  created.set(client, documents);
  documents.set(`${spec.entity} ${id}`, { _links: answer?._links ?? null, files: answer?.files ?? null });
  const [oldest] = documents.keys();
  if (documents.size > mostCreated && oldest !== undefined) documents.delete(oldest);
}

/** A document with its files: as remembered, where nothing was sent to it since, or as it is now. @throws AppError remote.* */
async function withFiles(client: AcumaticaClient, spec: EntitySpec, id: string, isFirst: boolean): Promise<Fields> {
  const documents = created.get(client);
  const known = documents?.get(`${spec.entity} ${id}`);
  documents?.delete(`${spec.entity} ${id}`);
  if (known !== undefined && isFirst) return known;
  const record = asFields(await client.get(spec.entity, keysIn(id), { select: spec.keys, expand: ['files'] }));
  if (record === undefined) throw new AppError('remote.notFound', `Acumatica no longer has the ${spec.entity} ${id}.`);
  return record;
}

/**
 * Attaches a file to a document that exists, unless one with its mark is there. The mark is the file's comment: names may be taken,
 * and the same name again would replace what somebody else attached.
 * @throws AppError data.tooLarge, remote.notFound, remote.*
 */
export async function attachOnce(
  client: AcumaticaClient,
  spec: EntitySpec,
  id: string,
  file: RemoteFile & { mark: string; isFirst?: boolean },
): Promise<{ name: string }> {
  if (file.size > largestFile)
    throw new AppError('data.tooLarge', `The file ${file.name} is larger than the 25 MB that Acumatica takes.`);
  const record = await withFiles(client, spec, id, file.isFirst === true);
  const held = (asList(record.files) ?? []).map((entry) => asFields(entry) ?? {});
  const same = held.find(({ comment }) => asText(comment) === file.mark);
  if (same !== undefined) return { name: asText(same.filename) ?? file.name };
  const taken = held.map(({ filename }) => asText(filename)?.split('\\').at(-1) ?? '');
  const name = uniqueFileName(safeFileName(file.name, longestName), taken, longestName);
  await client.attach(spec.entity, record, { name, content: file.bytes, comment: file.mark });
  return { name };
}
