/** Evaluating formulas in tests. */
import {
  compileFormula,
  type FormulaEnvironment,
  type FormulaScope,
  isFormulaError,
} from '../../../engine/formula/index.ts';
import { schemaOfRecord } from '../../../engine/formula/sample.ts';
import type { MappingMatch } from '../../../engine/model/mapping-table.ts';
import type { Fields, Value } from '../../../engine/model/record.ts';

export const today = '2026-02-15';

/** One row for the examples: cost code 01-100 → account 5000. */
const lookup = (table: string, keys: readonly string[]): MappingMatch | undefined =>
  table === 'cost-codes' && keys.join('/') === '01-100'
    ? { row: { id: 'r1', keys: ['01-100'], targets: ['5000'] }, values: { account: '5000' } }
    : undefined;

/** The environment and scope of one record. */
export function around(record: Fields = {}): { environment: FormulaEnvironment; scope: FormulaScope } {
  return {
    environment: { item: schemaOfRecord(record), parameters: {} },
    scope: { item: record, root: record, parameters: {}, today, lookup },
  };
}

/** What a formula gives as text: errors by their kind, TRUE and FALSE, lists joined with commas, blank as nothing. */
export function show(value: Value | ReturnType<typeof evaluate>): string {
  if (isFormulaError(value)) return value.kind;
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (Array.isArray(value)) return value.map((one) => show(one)).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Compiles and evaluates. */
export function evaluate(formula: string, record: Fields = {}) {
  const { environment, scope } = around(record);
  return compileFormula(formula, environment).evaluate(scope);
}

/** The shown result of a formula. */
export const result = (formula: string, record: Fields = {}): string => show(evaluate(formula, record));
