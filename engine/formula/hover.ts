/** Hover and signature help. Pure, for any editor. */
import { type Sample, sampleValue } from './complete.ts';
import { cursorAt, tokenAt } from './cursor.ts';
import { type FormulaEnvironment, resolveField } from './environment.ts';
import { type FunctionDeclaration, parameterAt, signatureOf } from './functions/declare.ts';
import { findFunction } from './functions/index.ts';
import { showRecordValue } from './show.ts';
import { describeType, typeOfParameter } from './types.ts';
import type { Range } from './value.ts';

/** What to show over a part of the formula. `lines` are sentences without markup. */
export interface Hover {
  range: Range;
  title: string;
  lines: string[];
}

function functionHover(declaration: FunctionDeclaration, range: Range): Hover {
  const lines = [declaration.summary];
  for (const parameter of [...declaration.parameters, ...declaration.rest])
    lines.push(`${parameter.name}: ${parameter.doc}${parameter.optional ? ' May be left out.' : ''}`);
  if (declaration.blank !== undefined) lines.push(declaration.blank);
  if (declaration.departure !== undefined) lines.push(`Unlike Excel: ${declaration.departure}`);
  const example = declaration.examples[0];
  if (example !== undefined) lines.push(`${example.formula} gives ${example.result === '' ? 'blank' : example.result}`);
  return { range, title: signatureOf(declaration), lines };
}

/** What stands at a position: a field with type and sample, a function with its arguments, or a parameter. */
export function hoverFormula(
  text: string,
  offset: number,
  environment: FormulaEnvironment,
  sample?: Sample,
): Hover | undefined {
  const token = tokenAt(text, offset);
  if (token === undefined) return undefined;
  const range = { start: token.start, end: token.end };
  if (token.kind === 'field') {
    const fromRoot = token.value.startsWith('/');
    const found = resolveField(environment, token.value.replace(/^\//, ''), fromRoot);
    const field = found?.steps[found.steps.length - 1];
    if (found === undefined || field === undefined) return undefined;
    const path = `${found.scope === 'root' ? '/' : ''}${found.steps.map((step) => step.name).join('.')}`;
    const lines = [`${field.label}: ${describeType(found.type)}.`];
    if (field.description !== undefined) lines.push(field.description);
    if (field.permitted !== undefined) lines.push(`Values: ${field.permitted.join(', ')}.`);
    const value = sampleValue(sample, path);
    if (value !== undefined) lines.push(`In this record: ${showRecordValue(value)}`);
    return { range, title: `[${token.value}]`, lines };
  }
  if (token.kind !== 'name') return undefined;
  const declaration = findFunction(token.value);
  if (declaration !== undefined) return functionHover(declaration, range);
  const name = Object.keys(environment.parameters).find((one) => one.toLowerCase() === token.value.toLowerCase());
  const type = name === undefined ? undefined : environment.parameters[name]?.type;
  if (name === undefined || type === undefined) return undefined;
  return { range, title: name, lines: [`Parameter of the flow: ${describeType(typeOfParameter(type))}.`] };
}

/** The call around the cursor. `active` is the index in `parameters` of the argument that the cursor is in; −1 if there is none. */
export interface SignatureHelp {
  name: string;
  label: string;
  documentation: string;
  parameters: { label: string; documentation: string }[];
  active: number;
}

/** Help for the innermost call that is open at the cursor. */
export function signatureHelp(text: string, offset: number): SignatureHelp | undefined {
  const call = cursorAt(text, offset).call;
  const declaration = call === undefined ? undefined : findFunction(call.name);
  if (call === undefined || declaration === undefined) return undefined;
  const all = [...declaration.parameters, ...declaration.rest];
  const current = parameterAt(declaration, call.argument);
  return {
    name: declaration.name,
    label: signatureOf(declaration),
    documentation: declaration.summary,
    parameters: all.map((parameter) => ({
      label: parameter.optional ? `[${parameter.name}]` : parameter.name,
      documentation: parameter.doc,
    })),
    active: current === undefined ? -1 : all.indexOf(current),
  };
}
