/** Adds to records or their lines what a mapping table says about their codes. */
import { z } from 'zod';
import { add, type Decimal, format, tryParse, zero } from '../model/decimal.ts';
import { AppError } from '../model/error.ts';
import type { MappingTableSchema, RowMatch } from '../model/mapping-table.ts';
import {
  type FieldSchema,
  type Fields,
  findField,
  type RecordSchema,
  type Value,
  type WireRecord,
} from '../model/record.ts';
import type { Item } from '../model/record-view.ts';
import { eachRecord, refused, revalued, type Verdict, wholeRecord } from './batch.ts';
import { blocking, checkedConfig, closest, type NodeProblem, readConfig, withField, withSubfields } from './config.ts';
import { type Cell, checkCell, type FormulaPlace, keyText, NodeFormulas } from './formulas.ts';
import { LineLayout, LineView } from './line-view.ts';
import type { CheckContext, NodeContext, NodeKind, NodeRunner } from './node.ts';

const configSchema = z.looseObject({
  table: z.string().min(1),
  over: z.string().optional(),
  keys: z.record(z.string(), z.string()),
  on: z.string().optional(),
  into: z.string().min(1).default('coding'),
  unmapped: z.enum(['hold', 'suspense', 'fail']).default('hold'),
});
type Config = z.infer<typeof configSchema>;

/** Field types by type of target column. */
const targetField = (column: MappingTableSchema['targets'][number]): FieldSchema => ({
  name: column.name,
  label: column.label ?? column.name,
  type: column.type,
  nullable: !column.required,
});

function place(config: Config, item: RecordSchema): FormulaPlace {
  if (config.over === undefined || config.over === '') return { item };
  return { item: { fields: findField(item, config.over)?.fields ?? [] }, root: item };
}

function outputOf(config: Config, item: RecordSchema, table: MappingTableSchema | undefined): RecordSchema {
  const coding: FieldSchema = {
    name: config.into,
    label: table?.name ?? config.table,
    type: 'record',
    fields: [
      ...(table?.targets.map(targetField) ?? []),
      {
        name: 'suspense',
        label: 'Coded to suspense',
        type: 'boolean',
        description: 'True where a fallback row was used.',
      },
    ],
  };
  if (config.over === undefined || config.over === '') return withField(item, coding);
  return withSubfields(item, config.over, (fields) => withField({ fields }, coding).fields);
}

function checkConfig(config: Config, item: RecordSchema, context: CheckContext): NodeProblem[] {
  const problems: NodeProblem[] = [];
  if (config.over !== undefined && config.over !== '') {
    const list = item.fields.find((field) => field.name === config.over);
    if (list?.type !== 'list' || list.of !== undefined) {
      const guess = closest(
        config.over,
        item.fields.filter((field) => field.type === 'list').map((field) => field.name),
      );
      problems.push({
        ...blocking(
          'flow.unknownField',
          'over',
          `The records have no lines “${config.over}”.`,
          'Choose a list of lines.',
        ),
        ...(guess === undefined ? {} : { fix: { label: `Use “${guess}”`, value: guess } }),
      });
      return problems;
    }
  }
  const table = context.table(config.table);
  if (table === undefined) {
    problems.push(
      blocking(
        'mapping.unknownTable',
        'table',
        `There is no published mapping table “${config.table}”.`,
        'Import or create the table and publish it.',
      ),
    );
  }
  for (const column of table?.keys ?? []) {
    if (config.keys[column.name] === undefined || config.keys[column.name] === '') {
      const what = column.label ?? column.name;
      problems.push(
        blocking(
          'flow.missingConfig',
          `keys.${column.name}`,
          `The key “${what}” has no formula.`,
          'Say where the code comes from.',
        ),
      );
    }
  }
  for (const [name, text] of Object.entries(config.keys)) {
    if (table !== undefined && !table.keys.some((column) => column.name === name)) {
      problems.push(
        blocking(
          'flow.unknownField',
          `keys.${name}`,
          `The table “${table.name}” has no key “${name}”.`,
          'Remove the key.',
        ),
      );
      continue;
    }
    problems.push(...checkCell(text, `keys.${name}`, place(config, item), context).problems);
  }
  if (config.on !== undefined && config.on !== '') {
    const on = checkCell(config.on, 'on', place(config, item), context);
    problems.push(...on.problems);
    if (on.problems.length === 0 && on.schema.type !== 'date')
      problems.push(
        blocking('formula.type', 'on', 'The date that validity is judged by is not a date.', 'Choose a date field.'),
      );
  }
  return problems;
}

/** Looks every line's codes up. Records with a code that has no row are held, failed or coded to suspense, as chosen. */
export const mapCodes: NodeKind = {
  kind: 'map-codes',
  title: 'Map codes',
  summary: 'Looks codes up in a mapping table',
  icon: 'table-alias',
  category: 'shape',
  inputs: [{ id: 'in', label: 'Records' }],
  outputs: [
    { id: 'out', label: 'Coded' },
    { id: 'held', label: 'Unmapped', exception: true },
  ],
  fields: [
    { name: 'table', label: 'Mapping table', kind: 'table', required: true, help: 'The published table to look in.' },
    {
      name: 'over',
      label: 'Lines',
      kind: 'field',
      help: 'The list whose lines carry the codes; empty: the record itself.',
    },
    {
      name: 'keys',
      label: 'Codes',
      kind: 'keys',
      required: true,
      help: 'Where each key column of the table comes from.',
    },
    {
      name: 'on',
      label: 'Valid on',
      kind: 'formula',
      help: 'Date that validity is judged by; empty: the day of the run.',
    },
    {
      name: 'into',
      label: 'Result field',
      kind: 'text',
      default: 'coding',
      help: 'Field that takes the target columns.',
    },
    {
      name: 'unmapped',
      label: 'Without a row',
      kind: 'choice',
      default: 'hold',
      help: 'What happens to a record with a code that no row, or only a suspense row, answers.',
      choices: [
        { value: 'hold', label: 'Hold the record' },
        { value: 'suspense', label: 'Code it to suspense' },
        { value: 'fail', label: 'Fail the record' },
      ],
    },
  ],
  check(node, inputs, context) {
    const item = inputs.in ?? { fields: [] };
    const { config, problems } = readConfig(configSchema, node);
    if (config === undefined) return { outputs: { out: item, held: item }, problems };
    const out = outputOf(config, item, context.table(config.table));
    return { outputs: { out, held: item }, problems: checkConfig(config, item, context) };
  },
  compile(node, inputs, context) {
    const config = checkedConfig(configSchema, node);
    const item = inputs.in ?? { fields: [] };
    const where = place(config, item);
    const coder = new Coder(config, context, where);
    return {
      push: (batch) => eachRecord(batch, 'mapping codes', (record) => coder.code(record)),
      linked: (layout) => {
        if (!(layout instanceof LineLayout) || isInside(config)) return undefined;
        const out = layout.with(config.into, context.table(config.table));
        const onLines = new Coder(config, context, { ...where, layouts: { item: layout, root: layout } });
        const push: NodeRunner['push'] = (batch) =>
          eachRecord(batch, 'mapping codes', (record) =>
            record instanceof LineView ? onLines.codeLine(record, out.added) : coder.code(record),
          );
        return { push, layout: out };
      },
    };
  },
};

/** Whether codes are looked up for the lines inside of records. */
const isInside = (config: Config): boolean => config.over !== undefined && config.over !== '';

const separator = '\u0000';

const codedToSuspense = (lines: number): string =>
  `${lines === 1 ? '1 line is' : `${lines} lines are`} coded to suspense.`;

interface Missing {
  keys: string[];
  lines: Fields[];
}

class Coder {
  private readonly config: Config;
  private readonly formulas: NodeFormulas;
  private readonly schema: MappingTableSchema | undefined;
  private readonly keys: Cell[];
  private readonly keysInHand: string[];
  private readonly on: Cell | undefined;
  private readonly amountField: string | undefined;
  private readonly context: NodeContext;

  constructor(config: Config, context: NodeContext, where: FormulaPlace) {
    this.config = config;
    this.context = context;
    const schema = context.table(config.table);
    this.schema = schema;
    const formulas = new NodeFormulas(context);
    this.formulas = formulas;
    this.keys = (schema?.keys ?? []).map((column) =>
      formulas.cell(config.keys[column.name] ?? '', column.label ?? column.name, where),
    );
    this.keysInHand = this.keys.map(() => '');
    this.on = config.on === undefined || config.on === '' ? undefined : formulas.cell(config.on, 'The date', where);
    this.amountField = where.item.fields.find((field) => field.money === true && /net|amount/.test(field.name))?.name;
  }

  code(record: WireRecord): Verdict {
    const { over, into } = this.config;
    this.formulas.begin();
    const missing = new Map<string, Missing>();
    const used = new UsedRows(record.mappingRows);
    let suspense = 0;
    const codeItem = (item: Fields): Fields => {
      const keys = this.keysOf(item, record.value);
      const match = this.find(keys, item, record.value);
      if (match === undefined) {
        const entry = missing.get(keys.join(separator)) ?? { keys: [...keys], lines: [] };
        entry.lines.push(item);
        missing.set(keys.join(separator), entry);
        return item;
      }
      if (match.row.suspense === true) suspense += 1;
      used.add(match.names);
      return { ...item, [into]: match.coding };
    };
    const value = this.apply(record.value, over, codeItem);
    if (missing.size > 0) return this.unmapped(record, [...missing.values()]);
    const rows = this.formulas.takeRows(record);
    if (rows !== record.mappingRows) used.add(rows);
    const coded = revalued(record, value, used.result());
    if (suspense > 0) coded.notes = [...(record.notes ?? []), codedToSuspense(suspense)];
    return coded;
  }

  /** The same for a line that is a view: it takes the result itself. `names` are all fields it then has got. */
  codeLine(line: LineView, names: readonly string[]): Verdict {
    this.formulas.begin();
    const keys = this.keysOf(line, line);
    const match = this.find(keys, line, line);
    if (match === undefined) return this.unmapped(wholeRecord(line), [{ keys: [...keys], lines: [line.whole()] }]);
    if (!this.formulas.hasRows && line.codeFirst(match, names)) return line;
    const before = line.mappingRows;
    const rows = this.formulas.takeRows(line);
    let used: readonly string[] | undefined = match.names;
    if (before !== undefined || rows !== undefined) {
      const all = new UsedRows(before);
      all.add(match.names);
      if (rows !== before) all.add(rows);
      used = all.result();
    }
    const notes = match.row.suspense === true ? [...(line.notes ?? []), codedToSuspense(1)] : line.notes;
    line.code(match, names, used, notes);
    return line;
  }

  /** The codes of an item, in a list that serves one item after the other. */
  private keysOf(item: Item, root: Item): readonly string[] {
    const { keys, keysInHand } = this;
    for (let at = 0; at < keys.length; at += 1) {
      const value = keys[at]?.(item, root) ?? null;
      keysInHand[at] = typeof value === 'string' ? value : keyText(value);
    }
    return keysInHand;
  }

  /** The row that codes an item; a fallback counts only where the records may be coded to suspense. */
  private find(keys: readonly string[], item: Item, root: Item): RowMatch | undefined {
    const { table, unmapped } = this.config;
    const on = this.on?.(item, root);
    const match = this.context.lookup(table, keys, typeof on === 'string' ? on : undefined);
    return match?.row.suspense === true && unmapped !== 'suspense' ? undefined : match;
  }

  private apply(value: Fields, over: string | undefined, codeItem: (item: Fields) => Fields): Fields {
    if (over === undefined || over === '') return codeItem(value);
    const list = value[over];
    if (!Array.isArray(list)) return value;
    const isLine = (line: Value): line is Fields => line !== null && typeof line === 'object' && !Array.isArray(line);
    return { ...value, [over]: list.map((line) => (isLine(line) ? codeItem(line) : line)) };
  }

  private unmapped(record: WireRecord, missing: readonly Missing[]): Verdict {
    const columns = this.schema?.keys ?? [];
    const describe = ({ keys, lines }: Missing): string => {
      const codes = columns.map(
        (column, at) => `${column.label ?? column.name} ${keys[at] === '' ? '(blank)' : keys[at]}`,
      );
      return `${codes.join(', ')}${this.amountOf(lines)}`;
    };
    const shown = missing.slice(0, 5).map(describe).join('; ');
    const more = missing.length > 5 ? ` and ${missing.length - 5} more` : '';
    const name = this.schema?.name ?? this.config.table;
    const first = missing[0]?.keys ?? [];
    const error = new AppError('mapping.unmappedCode', `No row of table “${name}” answers ${shown}${more}.`, {
      fields: Object.fromEntries(columns.map((column, at) => [column.name, first[at] ?? ''])),
    });
    const settlement = refused(record, error);
    return this.config.unmapped === 'fail' ? { ...settlement, status: 'failed' } : settlement;
  }

  /** The money on the lines, to show what an unmapped code holds up. */
  private amountOf(lines: readonly Fields[]): string {
    if (this.amountField === undefined) return '';
    let total: Decimal = zero;
    for (const line of lines) {
      const amount = line[this.amountField];
      const parsed = typeof amount === 'string' ? tryParse(amount) : undefined;
      if (parsed === undefined) return '';
      total = add(total, parsed);
    }
    return ` (${format(total, 2)})`;
  }
}

/** Mapping rows that a record used, each once; a list is made only where there are several. */
class UsedRows {
  private only: readonly string[] | undefined;
  private all: Set<string> | undefined;

  constructor(before: readonly string[] | undefined) {
    this.only = before;
  }

  add(rows: readonly string[] | undefined): void {
    if (rows === undefined || rows === this.only) return;
    if (this.only === undefined) {
      this.only = rows;
      return;
    }
    this.all ??= new Set(this.only);
    for (const row of rows) this.all.add(row);
  }

  result(): readonly string[] | undefined {
    return this.all === undefined ? this.only : [...this.all];
  }
}
