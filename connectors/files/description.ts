/** `costwire-files.json`: what the files of a folder are, where that cannot be seen from the files themselves. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../engine/model/error.ts';
import type { FieldSchema } from '../../engine/model/record.ts';

/** Name of the description in the folder. */
export const descriptionName = 'costwire-files.json';
const largestDescription = 1024 * 1024;

export const delimiters = [',', ';', '\t', '|'] as const;
export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type Encoding = (typeof encodings)[number];

const columnSchema = z.strictObject({
  name: z.string().min(1),
  label: z.string().optional(),
  type: z.enum(['text', 'integer', 'decimal', 'boolean', 'date', 'datetime']).default('text'),
  required: z.boolean().default(false),
  money: z.boolean().default(false),
});

const fileSchema = z.strictObject({
  title: z.string().optional(),
  /** Columns that make up the business key; needed to write. */
  key: z.array(z.string().min(1)).min(1).max(6).optional(),
  columns: z.array(columnSchema).min(1).optional(),
  /** Column of the amount, for totals. */
  amount: z.string().optional(),
  encoding: z.enum(encodings).optional(),
  delimiter: z.enum(delimiters).optional(),
  quote: z.enum(['"', "'"]).optional(),
  decimalSign: z.enum(['.', ',']).optional(),
  dateOrder: z.enum(['day-month', 'month-day']).optional(),
  /** Sheet of a workbook; the first where absent. */
  sheet: z.string().optional(),
});

const descriptionSchema = z.strictObject({
  format: z.literal('costwire/files'),
  schemaVersion: z.literal(1),
  files: z.record(z.string(), fileSchema),
});

/** What is said about one file. */
export type FileDescription = z.infer<typeof fileSchema>;
/** A column as described. */
export type ColumnDescription = z.infer<typeof columnSchema>;

/** Settings of the connection that count for all files without their own. */
export type FileSettings = Pick<FileDescription, 'encoding' | 'delimiter' | 'quote' | 'decimalSign' | 'dateOrder'>;

function check(name: string, file: FileDescription): void {
  const refuse = (what: string): AppError =>
    new AppError('files.badDescription', `In ${descriptionName}, “${name}” ${what}.`);
  const names = new Set(file.columns?.map((column) => column.name) ?? []);
  if (names.size !== (file.columns?.length ?? 0)) throw refuse('names a column twice');
  if (file.key !== undefined && file.columns === undefined) throw refuse('has a key but no columns');
  for (const column of [...(file.key ?? []), ...(file.amount === undefined ? [] : [file.amount])]) {
    if (!names.has(column)) throw refuse(`speaks of the column “${column}”, which it does not list`);
  }
}

/**
 * Reads the description of a folder; no description is an empty one.
 * @throws AppError files.badDescription
 */
export async function readDescription(folder: string): Promise<Map<string, FileDescription>> {
  let text: string;
  try {
    text = await readFile(join(folder, descriptionName), 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw new AppError('files.badDescription', `${descriptionName} cannot be read.`, { cause });
  }
  if (text.length > largestDescription) throw new AppError('files.badDescription', `${descriptionName} is too large.`);
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw new AppError('files.badDescription', `${descriptionName} is not valid JSON.`, { cause });
  }
  const parsed = descriptionSchema.safeParse(data);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue?.path.join(' › ') ?? '';
    throw new AppError(
      'files.badDescription',
      `${descriptionName} is not as expected at “${where}”: ${issue?.message}.`,
    );
  }
  const files = new Map(Object.entries(parsed.data.files));
  for (const [name, file] of files) check(name, file);
  return files;
}

/** A described column as a field. */
export const fieldOf = (column: ColumnDescription): FieldSchema => ({
  name: fieldName(column.name),
  label: column.label ?? column.name,
  type: column.type,
  ...(column.required ? { required: true } : {}),
  ...(column.money ? { money: true } : {}),
});

/** A column heading as a field name: dots, brackets and slashes mean something in formulas and become underscores. */
export const fieldName = (heading: string): string => heading.trim().replaceAll(/[.[\]/]/g, '_');
