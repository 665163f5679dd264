/** What a formula may refer to when it is written, and what it is given when it is evaluated. */
import type { MappingMatch, MappingTableSchema } from '../model/mapping-table.ts';
import type { FieldSchema, Fields, FieldType, RecordSchema } from '../model/record.ts';
import type { Item, Layout } from '../model/record-view.ts';
import type { FormulaType } from './types.ts';
import { listOf, typeOfField } from './types.ts';

/** The names a formula may use. `root` is the whole record where `item` is one element of a list of it. */
export interface FormulaEnvironment {
  item: RecordSchema;
  root?: RecordSchema;
  parameters: Readonly<Record<string, { type: FieldType }>>;
  /** The schema of a mapping table by its id; without it, the names of tables are not checked. */
  table?(id: string): MappingTableSchema | undefined;
  /** Where an evaluation is given views: how their fields are read. */
  layouts?: { item?: Layout | undefined; root?: Layout | undefined };
}

/** The values a formula is evaluated with. `today` is `YYYY-MM-DD`. */
export interface FormulaScope {
  item: Item;
  root: Item;
  parameters: Fields;
  today: string;
  /** Looks a code up in a mapping table; `on` is the date that validity is judged by. */
  lookup?(table: string, keys: readonly string[], on?: string): MappingMatch | undefined;
}

/** A field found by its path: which scope it is in, the names to walk, and what is found there. */
export interface FoundField {
  scope: 'item' | 'root';
  steps: readonly FieldSchema[];
  type: FormulaType;
}

/** Walks a dotted path. A name that has dots itself is found too. */
function walk(fields: readonly FieldSchema[], parts: readonly string[]): FieldSchema[] | undefined {
  for (let taken = 1; taken <= parts.length; taken += 1) {
    const name = parts.slice(0, taken).join('.');
    const field = fields.find((candidate) => candidate.name === name);
    if (field === undefined) continue;
    if (taken === parts.length) return [field];
    const rest = field.fields === undefined ? undefined : walk(field.fields, parts.slice(taken));
    if (rest !== undefined) return [field, ...rest];
  }
  return undefined;
}

function found(scope: 'item' | 'root', steps: readonly FieldSchema[]): FoundField | undefined {
  const last = steps[steps.length - 1];
  if (last === undefined) return undefined;
  const plain = typeOfField(last);
  const type = steps.slice(0, -1).some((step) => step.type === 'list') ? listOf(plain) : plain;
  return { scope, steps, type };
}

/** Finds a field: in the item first, then in the whole record; from the whole record only with `fromRoot`. */
export function resolveField(environment: FormulaEnvironment, path: string, fromRoot: boolean): FoundField | undefined {
  const parts = path.split('.').map((part) => part.trim());
  if (!fromRoot) {
    const steps = walk(environment.item.fields, parts);
    if (steps !== undefined) return found('item', steps);
  }
  const root = environment.root ?? (fromRoot ? environment.item : undefined);
  const steps = root === undefined ? undefined : walk(root.fields, parts);
  return steps === undefined ? undefined : found('root', steps);
}

/** A field that may be written in a formula, with the text that refers to it. */
export interface OfferedField {
  /** As written between the brackets: `cost_code.full_code` or `/invoice_number`. */
  path: string;
  field: FieldSchema;
  type: FormulaType;
  fromRoot: boolean;
}

const deepest = 5;

function collect(fields: readonly FieldSchema[], steps: FieldSchema[], fromRoot: boolean, into: OfferedField[]): void {
  if (steps.length >= deepest) return;
  for (const field of fields) {
    const path = [...steps, field];
    const entry = found(fromRoot ? 'root' : 'item', path);
    const text = path.map((step) => step.name).join('.');
    if (entry !== undefined) into.push({ path: fromRoot ? `/${text}` : text, field, type: entry.type, fromRoot });
    if (field.fields !== undefined) collect(field.fields, path, fromRoot, into);
  }
}

/** Every field a formula may use: those of the item, then those of the whole record. */
export function offeredFields(environment: FormulaEnvironment): OfferedField[] {
  const offered: OfferedField[] = [];
  collect(environment.item.fields, [], false, offered);
  if (environment.root !== undefined && environment.root !== environment.item)
    collect(environment.root.fields, [], true, offered);
  return offered;
}
