/** Formulas in node settings: checked against the wire's schema, compiled once a run, evaluated per record. */
import {
  type CompiledFormula,
  checkFormula,
  compileCell,
  type DirectField,
  type FormulaEnvironment,
  fieldOfType,
  isFormulaError,
} from '../formula/index.ts';
import { isNormalText } from '../model/decimal.ts';
import { AppError } from '../model/error.ts';
import type { MappingMatch } from '../model/mapping-table.ts';
import type { FieldSchema, Fields, FieldType, RecordSchema, Value, WireRecord } from '../model/record.ts';
import { type Item, type Layout, RecordView } from '../model/record-view.ts';
import type { NodeProblem } from './config.ts';
import type { CheckContext, NodeContext } from './node.ts';

/** Where a formula looks fields up: the record, or a line of it with the record behind. */
export interface FormulaPlace {
  item: RecordSchema;
  root?: RecordSchema;
  /** How items and whole records are read where they are views. */
  layouts?: { item?: Layout | undefined; root?: Layout | undefined };
}

/** A part of a node's setup ready to be evaluated, for an item and the whole record behind it. */
export type Cell<Result = Value> = (item: Item, root: Item) => Result;

/** What a node's cells read off a record: its fields, or the view itself on a link. */
export const itemReader =
  (layout: Layout | undefined): ((record: WireRecord) => Item) =>
  (record) =>
    layout !== undefined && record instanceof RecordView ? record : record.value;

const environment = (place: FormulaPlace, context: CheckContext): FormulaEnvironment => ({
  item: place.item,
  ...(place.root === undefined ? {} : { root: place.root }),
  ...(place.layouts === undefined ? {} : { layouts: place.layouts }),
  parameters: Object.fromEntries(
    Object.entries(context.parameters).map(([name, { type }]) => [name, { type: type as FieldType }]),
  ),
  table: (id) => context.table(id),
});

/** What a cell yields, and what is wrong with it. A cell without `=` is a literal text. */
export function checkCell(
  text: string,
  field: string,
  place: FormulaPlace,
  context: CheckContext,
): { schema: Omit<FieldSchema, 'name' | 'label'>; literal: boolean; problems: NodeProblem[] } {
  if (!text.startsWith('=')) return { schema: { type: 'text' }, literal: true, problems: [] };
  const checked = checkFormula(text, environment(place, context));
  return {
    schema: fieldOfType('', checked.type),
    literal: false,
    problems: checked.problems.map(({ severity, code, message, hint, range, fix }) => ({
      severity,
      code,
      message,
      hint,
      range,
      field,
      ...(fix === undefined ? {} : { fix }),
    })),
  };
}

/** Checks a cell that decides: it must be a formula that yields true or false. */
export function checkCondition(text: string, field: string, place: FormulaPlace, context: CheckContext): NodeProblem[] {
  const { schema, literal, problems } = checkCell(text, field, place, context);
  if (problems.some((problem) => problem.severity === 'blocking')) return problems;
  if (literal || schema.type !== 'boolean') {
    problems.push({
      severity: 'blocking',
      code: 'formula.type',
      field,
      message: literal
        ? `The condition “${text.slice(0, 60)}” is a text, not a formula.`
        : 'The condition does not yield true or false.',
      hint: 'Begin it with = and compare something, such as =[status] = "approved".',
    });
  }
  return problems;
}

/** Compiles a node's cells and evaluates them; one per node and run, never shared between runs. */
export class NodeFormulas {
  private readonly context: NodeContext;
  private readonly scope: {
    item: Item;
    root: Item;
    parameters: Fields;
    today: string;
    lookup: (table: string, keys: readonly string[], on?: string) => MappingMatch | undefined;
  };
  private rows: string[] = [];

  constructor(context: NodeContext) {
    this.context = context;
    this.scope = {
      item: {},
      root: {},
      parameters: { ...context.parameterValues },
      today: context.today,
      lookup: (table, keys, on) => this.lookup(table, keys, on),
    };
  }

  /** Looks a code up and remembers the row for the record in hand. */
  lookup(table: string, keys: readonly string[], on?: string): MappingMatch | undefined {
    const match = this.context.lookup(table, keys, on);
    if (match === undefined) return undefined;
    this.rows.push(match.names[0]);
    return match;
  }

  /** Forgets rows that a record used before it failed. */
  begin(): void {
    if (this.rows.length > 0) this.rows = [];
  }

  /** Whether rows were used since {@link begin}. */
  get hasRows(): boolean {
    return this.rows.length > 0;
  }

  /** Rows used since {@link begin}, added to those the record already has. */
  takeRows(record: WireRecord): readonly string[] | undefined {
    if (this.rows.length === 0) return record.mappingRows;
    const used = this.rows;
    this.rows = [];
    if (used.length === 1 && record.mappingRows === undefined) return used;
    return [...new Set([...(record.mappingRows ?? []), ...used])];
  }

  /**
   * A cell ready to be evaluated. `what` names it in messages, such as the target field.
   * @returns a function that @throws AppError formula.runtime where the formula ends in an error.
   */
  cell(text: string, what: string, place: FormulaPlace): Cell {
    if (!text.startsWith('=')) {
      const literal = literalOf(text);
      return () => literal;
    }
    const compiled: CompiledFormula = compileCell(text, environment(place, this.context));
    const scope = this.scope;
    const evaluate: Cell = (item, root) => {
      scope.item = item;
      scope.root = root;
      const value = compiled.evaluate(scope);
      if (isFormulaError(value)) {
        throw new AppError('formula.runtime', `${what} cannot be worked out (${value.kind}): ${value.message}`, {
          fields: { [what]: value.message },
        });
      }
      return value;
    };
    const { direct, joined } = compiled;
    if (joined !== undefined) return (item, root) => joined(item, root) ?? evaluate(item, root);
    return direct === undefined ? evaluate : directCell(direct, evaluate);
  }

  /** A condition ready to be evaluated; blank counts as false. */
  condition(text: string, what: string, place: FormulaPlace): Cell<boolean> {
    const cell = this.cell(text, what, place);
    return (item, root) => cell(item, root) === true;
  }
}

/** A cell that is a field: what the record holds, where that is as it should be. */
function directCell({ scope, isNumber, read }: DirectField, evaluate: Cell): Cell {
  if (isNumber && scope === 'item')
    return (item, root) => {
      const value = read(item);
      return typeof value === 'string' && isNormalText(value) ? value : evaluate(item, root);
    };
  if (isNumber)
    return (item, root) => {
      const value = read(root);
      return typeof value === 'string' && isNormalText(value) ? value : evaluate(item, root);
    };
  if (scope === 'item')
    return (item, root) => {
      const value = read(item);
      return typeof value === 'string' ? value : evaluate(item, root);
    };
  return (item, root) => {
    const value = read(root);
    return typeof value === 'string' ? value : evaluate(item, root);
  };
}

/** The text a literal cell stands for; an apostrophe in front keeps one that begins with `=`, as in Excel. */
export const literalOf = (text: string): string => (text.startsWith("'") ? text.slice(1) : text);

/** A value as the text that keys are compared by; blank gives an empty text. */
export const keyText = (value: Value): string =>
  value === null
    ? ''
    : typeof value === 'string'
      ? value
      : typeof value === 'boolean'
        ? String(value)
        : JSON.stringify(value);
