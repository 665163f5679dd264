/** Calls of functions → closures: arguments are converted as declared, lists given for single values are worked through. */
import type { CallNode, FormulaNode } from './ast.ts';
import { isLifted } from './check.ts';
import { converterOf } from './coerce.ts';
import { columnSum } from './column-sum.ts';
import type { CompileContext, Evaluator } from './compile.ts';
import { type Frame, type FunctionDeclaration, type Parameter, parameterAt } from './functions/declare.ts';
import { elementOf, type FormulaType } from './types.ts';
import { FormulaError, fail, isDecimal, type Runtime } from './value.ts';

/** An argument ready to be handed over. */
interface Argument {
  parameter: Parameter;
  evaluate: Evaluator | undefined;
  convert: (value: Runtime) => unknown;
  /** Worked through element by element where it turns out to be a list. */
  single: boolean;
  text: string;
  /** Its value, where it is written out. */
  constant: Runtime | undefined;
}

type Implementation = (frame: Frame, ...args: unknown[]) => Runtime;

const missing = (parameter: Parameter, convert: (value: Runtime) => unknown): unknown =>
  parameter.optional ? undefined : convert(null);

/** Sets where an error arose and which argument was to blame, if nobody has said so. */
function located(value: Runtime, node: CallNode, input?: string): Runtime {
  if (value instanceof FormulaError && value.range === undefined) {
    value.range = node.range;
    value.input ??= input;
  }
  return value;
}

function convertOne(argument: Argument, value: Runtime, node: CallNode): unknown {
  if (value instanceof FormulaError) return argument.parameter.keepsErrors === true ? value : located(value, node);
  const converted = argument.convert(value);
  if (converted instanceof FormulaError) located(converted, node, argument.text);
  return converted;
}

/** Hands values to the function; the first error among them is the result. */
function call(implementation: Implementation, fixed: number, args: readonly Argument[], node: CallNode) {
  const hasRest = args.length > fixed;
  return (frame: Frame, values: readonly (Runtime | undefined)[]): Runtime => {
    const ready: unknown[] = [];
    for (let index = 0; index < args.length; index += 1) {
      const argument = args[index];
      if (argument === undefined) continue;
      const value = values[index];
      const one =
        value === undefined ? missing(argument.parameter, argument.convert) : convertOne(argument, value, node);
      if (one instanceof FormulaError && argument.parameter.keepsErrors !== true) return one;
      ready.push(one);
    }
    const result = hasRest
      ? implementation(frame, ...padded(ready.slice(0, fixed), fixed), ready.slice(fixed))
      : implementation(frame, ...ready);
    return located(result, node);
  };
}

function padded(values: unknown[], length: number): unknown[] {
  while (values.length < length) values.push(undefined);
  return values;
}

/** Reads one argument ready for the function; what is written out is converted once. */
function ready(argument: Argument, evaluate: Evaluator, node: CallNode): (frame: Frame) => unknown {
  const { constant, parameter } = argument;
  if (constant !== undefined) {
    const value = argument.convert(constant);
    if (!(value instanceof FormulaError)) return () => value;
  }
  const { type } = parameter;
  if (type === 'number') {
    return (frame) => {
      const value = evaluate(frame);
      return isDecimal(value) ? value : convertOne(argument, value, node);
    };
  }
  if (type === 'text') {
    return (frame) => {
      const value = evaluate(frame);
      return typeof value === 'string' ? value : convertOne(argument, value, node);
    };
  }
  return (frame) => convertOne(argument, evaluate(frame), node);
}

/** The common shapes without lists or rest, without arrays in between. */
function direct(implementation: Implementation, args: readonly Argument[], node: CallNode): Evaluator | undefined {
  const getters: ((frame: Frame) => unknown)[] = [];
  for (const argument of args) {
    if (argument.evaluate === undefined || argument.parameter.keepsErrors === true) return undefined;
    getters.push(ready(argument, argument.evaluate, node));
  }
  const [a, b] = getters;
  if (a !== undefined && getters.length === 1) {
    return (frame) => {
      const x = a(frame);
      return x instanceof FormulaError ? x : located(implementation(frame, x), node);
    };
  }
  if (a === undefined || b === undefined || getters.length !== 2) return undefined;
  return (frame) => {
    const x = a(frame);
    if (x instanceof FormulaError) return x;
    const y = b(frame);
    return y instanceof FormulaError ? y : located(implementation(frame, x, y), node);
  };
}

/** Applies a call to each element of the lists among its single-valued arguments. */
function applyEach(
  frame: Frame,
  args: readonly Argument[],
  values: readonly (Runtime | undefined)[],
  one: (frame: Frame, values: readonly (Runtime | undefined)[]) => Runtime,
): Runtime {
  let length = -1;
  for (const [index, argument] of args.entries()) {
    const value = values[index];
    if (!argument.single || !Array.isArray(value)) continue;
    if (length >= 0 && value.length !== length)
      return fail('#VALUE!', `The lists have different lengths: ${length} and ${value.length}.`);
    length = value.length;
  }
  if (length < 0) return one(frame, values);
  frame.spend(length * args.length);
  const result: Runtime[] = [];
  for (let at = 0; at < length; at += 1) {
    result.push(
      one(
        frame,
        values.map((value, index) =>
          args[index]?.single === true && Array.isArray(value) ? ((value as readonly Runtime[])[at] ?? null) : value,
        ),
      ),
    );
  }
  return result;
}

/** Functions that decide themselves which arguments they need. */
function compileLazy(
  implementation: Implementation,
  declaration: FunctionDeclaration,
  args: readonly Argument[],
  node: CallNode,
): Evaluator {
  const fixed = declaration.parameters.length;
  const hasRest = declaration.rest.length > 0;
  const invoke = (frame: Frame, thunks: readonly (() => Runtime)[]): Runtime =>
    located(
      hasRest
        ? implementation(frame, ...padded(thunks.slice(0, fixed), fixed), thunks.slice(fixed))
        : implementation(frame, ...thunks),
      node,
    );
  // An argument left empty between separators is a blank.
  const plain: Evaluator = (frame) =>
    invoke(
      frame,
      args.map(
        ({ evaluate }) =>
          () =>
            evaluate === undefined ? null : evaluate(frame),
      ),
    );
  if (!args.some((argument) => argument.single)) {
    const evaluators = args.map((argument) => argument.evaluate).filter((evaluate) => evaluate !== undefined);
    if (declaration.inline === undefined || evaluators.length !== args.length) return plain;
    const inline = declaration.inline(evaluators);
    return (frame) => located(inline(frame), node);
  }
  const paired = args.map((argument) => ({ ...argument, single: true }));
  return (frame) => {
    const values = args.map(({ evaluate }) => evaluate?.(frame));
    return located(
      applyEach(frame, paired, values, (_frame, one) =>
        invoke(
          frame,
          one.map((value) => () => value ?? null),
        ),
      ),
      node,
    );
  };
}

function implementationOf(declaration: FunctionDeclaration, type: FormulaType | undefined): Implementation {
  const evaluate = declaration.evaluate as Implementation;
  const { finish } = declaration;
  if (finish === undefined || type === undefined) return evaluate;
  const element = elementOf(type);
  return (frame, ...args) => finish(evaluate(frame, ...args), element);
}

/** Compiles a call. A function that the checker does not know gives #NAME?. */
export function compileCall(node: CallNode, context: CompileContext, compile: Compile): Evaluator {
  const declaration = context.analysis.functions.get(node);
  if (declaration === undefined) return () => located(fail('#NAME?', `There is no function ${node.name}.`), node);
  const general = compileDeclared(node, declaration, context, compile);
  const [only] = node.args;
  const sum =
    declaration.addsUp === true && only !== undefined && node.args.length === 1 ? columnSum(only, context) : undefined;
  return sum === undefined ? general : (frame) => sum(frame) ?? general(frame);
}

type Compile = (node: FormulaNode, context: CompileContext) => Evaluator;

function compileDeclared(
  node: CallNode,
  declaration: FunctionDeclaration,
  context: CompileContext,
  compile: Compile,
): Evaluator {
  const args: Argument[] = [];
  for (const [index, argument] of node.args.entries()) {
    const parameter = parameterAt(declaration, index);
    if (parameter === undefined) continue;
    const type = argument === undefined ? undefined : context.analysis.types.get(argument);
    args.push({
      parameter,
      evaluate: argument === undefined ? undefined : compile(argument, context),
      convert: converterOf(parameter.type, parameter.keepsErrors === true),
      single: type !== undefined && isLifted(parameter, type),
      text: argument === undefined ? '' : context.text.slice(argument.range.start, argument.range.end),
      constant: argument?.kind === 'literal' && context.watch === undefined ? argument.value : undefined,
    });
  }
  const implementation = implementationOf(declaration, context.analysis.types.get(node));
  if (declaration.parameters.concat(declaration.rest).some((parameter) => parameter.type === 'lazy'))
    return compileLazy(implementation, declaration, args, node);
  const lifted = args.some((argument) => argument.single);
  if (!lifted && declaration.rest.length === 0) {
    const quick = direct(implementation, args, node);
    if (quick !== undefined) return quick;
  }
  const fixed = declaration.rest.length === 0 ? args.length : declaration.parameters.length;
  const one = call(implementation, fixed, args, node);
  const evaluators = args.map((argument) => argument.evaluate);
  if (!lifted)
    return (frame) =>
      one(
        frame,
        evaluators.map((evaluate) => evaluate?.(frame)),
      );
  return (frame) =>
    located(
      applyEach(
        frame,
        args,
        evaluators.map((evaluate) => evaluate?.(frame)),
        one,
      ),
      node,
    );
}
