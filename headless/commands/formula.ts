/** `costwire formula`: checks and evaluates one formula against a record given on the command line. */
import type { Command } from 'commander';
import {
  compileFormula,
  describeType,
  type ExplainedStep,
  explainFormula,
  type FormulaProblem,
  FormulaRefused,
  isFormulaError,
} from '../../engine/formula/index.ts';
import { schemaOfRecord } from '../../engine/formula/sample.ts';
import { AppError } from '../../engine/model/error.ts';
import type { FieldSchema, Fields, Value } from '../../engine/model/record.ts';
import { exitCodes, type Shell } from '../shell.ts';

interface FormulaOptions {
  record: string;
  today?: string;
  explain?: boolean;
}

/** Adds the commands of this file. */
export function register(program: Command, shell: Shell): void {
  program
    .command('formula <formula>')
    .description('check a formula and evaluate it for a record; the types of the fields are read off the record')
    .option('--record <json>', 'the record as a JSON object', '{}')
    .option('--today <date>', 'the date that TODAY() gives, YYYY-MM-DD (default: the date of this machine)')
    .option('--explain', 'show the value of every part')
    .action((formula: string, options: FormulaOptions) => evaluate(shell, formula, options));
}

/** Reads a record; numbers keep the text they are written with, so that none passes through a binary float. */
function readRecord(text: string): Fields {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
      typeof value === 'number' ? (context?.source ?? String(value)) : value,
    );
  } catch (thrown) {
    throw new AppError('cli.usage', 'What stands behind --record is not valid JSON.', {
      hint: `Write it as one JSON object in single quotation marks: --record '{"qty":"3"}'.`,
      cause: thrown,
    });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new AppError('cli.usage', 'What stands behind --record is not a JSON object.');
  // JSON holds nothing but what a record may hold, now that numbers are text.
  return parsed as Fields;
}

/** Paths of the fields whose text was taken for a number. */
function guessedNumbers(fields: readonly FieldSchema[], prefix = ''): string[] {
  return fields.flatMap((field) => {
    const path = prefix + field.name;
    if (field.fields !== undefined) return guessedNumbers(field.fields, `${path}.`);
    return field.type === 'decimal' || field.of === 'decimal' ? [path] : [];
  });
}

/** The formula with marks below the part that a problem is about. */
function marked(text: string, problem: FormulaProblem): string {
  const flat = text.replace(/\s/g, ' ');
  const length = Math.max(1, Math.min(problem.range.end, flat.length) - problem.range.start);
  return `${flat}\n${' '.repeat(problem.range.start)}${'^'.repeat(length)}\n${problem.message}\n→ ${problem.hint}`;
}

function printSteps(step: ExplainedStep, depth = 0): string[] {
  const value = step.error === undefined ? (step.value ?? 'not needed') : `${step.error.kind} ${step.error.message}`;
  const line = `${'  '.repeat(depth)}${step.text.replace(/\s+/g, ' ')}  =  ${value}`;
  return [line, ...step.steps.flatMap((inner) => printSteps(inner, depth + 1))];
}

const shown = (value: Value): string => {
  if (value === null) return '(blank)';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
};

function todayHere(): string {
  const now = new Date();
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

function evaluate(shell: Shell, formula: string, options: FormulaOptions): void {
  const record = readRecord(options.record);
  const schema = schemaOfRecord(record);
  const environment = { item: schema, parameters: {} };
  const scope = { item: record, root: record, parameters: {}, today: options.today ?? todayHere() };
  try {
    const compiled = compileFormula(formula, environment);
    const numbers = guessedNumbers(schema.fields);
    if (numbers.length > 0) shell.remark(`Taken for numbers, because they look like it: ${numbers.join(', ')}.`);
    const value = compiled.evaluate(scope);
    const steps = options.explain === true ? explainFormula(formula, environment, scope) : undefined;
    const tree = steps === undefined ? [] : printSteps(steps);
    const { type, references } = compiled;
    const about = {
      formula,
      type: describeType(type),
      references,
      numbers,
      ...(steps === undefined ? {} : { explain: steps }),
    };
    if (isFormulaError(value)) {
      const { kind, message, input, range } = value;
      const cause = `${kind} ${message}${input === undefined ? '' : ` (${input})`}`;
      shell.answer([...tree, cause].join('\n'), { ...about, error: { kind, message, input, range } });
      shell.exitCode = exitCodes.recordsOpen;
      return;
    }
    shell.answer([...tree, shown(value)].join('\n'), { ...about, value });
  } catch (thrown) {
    if (!(thrown instanceof FormulaRefused)) throw thrown;
    shell.exitCode = exitCodes.usage;
    if (shell.json) shell.answer('', { formula, problems: thrown.problems });
    else shell.remark(thrown.problems.map((problem) => marked(formula, problem)).join('\n\n'));
  }
}
