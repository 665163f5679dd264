/** Infers the type of every part of a formula and says what does not fit. */
import { refusalOf } from './accept.ts';
import type { BinaryNode, CallNode, FieldNode, FormulaNode, ListNode, NameNode, UnaryNode } from './ast.ts';
import { takesOne } from './coerce.ts';
import { type FormulaEnvironment, type FoundField, offeredFields, resolveField } from './environment.ts';
import {
  type CallSite,
  type FunctionDeclaration,
  type Parameter,
  parameterAt,
  signatureOf,
} from './functions/declare.ts';
import { findFunction, functionNames } from './functions/index.ts';
import { binaryType, unaryType } from './operator-types.ts';
import { type FormulaProblem, replaceRange } from './problem.ts';
import { nearest } from './suggest.ts';
import {
  blankType,
  errorType,
  type FormulaType,
  listOf,
  mayBeList,
  typeOfParameter,
  unite,
  uniteAll,
} from './types.ts';
import type { Range } from './value.ts';

/** What checking finds out about a tree; the compiler builds on it. */
export interface Analysis {
  type: FormulaType;
  problems: FormulaProblem[];
  /** Fields that are used, as `a.b` or `/a.b`, each once, in order of appearance. */
  references: string[];
  types: Map<FormulaNode, FormulaType>;
  fields: Map<FieldNode, FoundField>;
  functions: Map<CallNode, FunctionDeclaration>;
}

class Checker {
  readonly types = new Map<FormulaNode, FormulaType>();
  readonly fields = new Map<FieldNode, FoundField>();
  readonly functions = new Map<CallNode, FunctionDeclaration>();
  readonly problems: FormulaProblem[] = [];
  readonly references = new Set<string>();
  private readonly text: string;
  private readonly environment: FormulaEnvironment;

  constructor(text: string, environment: FormulaEnvironment) {
    this.text = text;
    this.environment = environment;
  }

  infer(node: FormulaNode): FormulaType {
    const type = this.typeOf(node);
    this.types.set(node, type);
    return type;
  }

  private typeOf(node: FormulaNode): FormulaType {
    switch (node.kind) {
      case 'literal':
        return { kind: node.type };
      case 'error':
        return errorType;
      case 'list':
        return this.list(node);
      case 'field':
        return this.field(node);
      case 'name':
        return this.name(node);
      case 'call':
        return this.call(node);
      case 'binary':
        return this.binary(node);
      case 'unary':
        return this.unary(node);
      case 'group':
        return this.infer(node.inner);
    }
  }

  private report(message: string, hint: string, range: Range, fix?: { label: string; text: string; at?: Range }): void {
    const problem: FormulaProblem = { severity: 'blocking', code: 'formula.type', message, hint, range };
    if (fix !== undefined)
      problem.fix = { label: fix.label, value: replaceRange(this.text, fix.at ?? range, fix.text) };
    this.problems.push(problem);
  }

  private list(node: ListNode): FormulaType {
    const types = node.elements.map((element) => this.infer(element));
    return listOf(uniteAll(types.map((type) => (type.kind === 'list' ? type.of : type))));
  }

  private field(node: FieldNode): FormulaType {
    const found = resolveField(this.environment, node.path, node.fromRoot);
    if (found === undefined) {
      const offered = offeredFields(this.environment).map((field) => field.path);
      const similar = nearest(node.fromRoot ? `/${node.path}` : node.path, offered) ?? nearest(node.path, offered);
      const hint = similar === undefined ? 'Choose a field that the record has.' : `Did you mean [${similar}]?`;
      const fix = similar === undefined ? undefined : { label: `Use [${similar}]`, text: `[${similar}]` };
      this.report(`The record has no field “${node.path}”.`, hint, node.range, fix);
      return errorType;
    }
    this.fields.set(node, found);
    const path = found.steps.map((step) => step.name).join('.');
    this.references.add(found.scope === 'root' ? `/${path}` : path);
    return found.type;
  }

  private name(node: NameNode): FormulaType {
    const names = Object.keys(this.environment.parameters);
    const own = names.find((name) => name.toLowerCase() === node.name.toLowerCase());
    const parameter = own === undefined ? undefined : this.environment.parameters[own];
    if (parameter !== undefined) return typeOfParameter(parameter.type);
    if (resolveField(this.environment, node.name, false) !== undefined) {
      const fix = { label: `Use [${node.name}]`, text: `[${node.name}]` };
      this.report(`Fields are written in brackets.`, `Write [${node.name}].`, node.range, fix);
      return errorType;
    }
    if (findFunction(node.name) !== undefined) {
      const fix = { label: `Call ${node.name.toUpperCase()}()`, text: `${node.name.toUpperCase()}()` };
      this.report(`${node.name.toUpperCase()} is a function.`, 'Write its arguments in parentheses.', node.range, fix);
      return errorType;
    }
    const similar = nearest(node.name, names);
    const hint =
      similar === undefined
        ? 'Put text between quotation marks and fields between brackets.'
        : `Did you mean ${similar}?`;
    const fix = similar === undefined ? undefined : { label: `Use ${similar}`, text: similar };
    this.report(`The flow has no parameter “${node.name}”.`, hint, node.range, fix);
    return errorType;
  }

  private binary(node: BinaryNode): FormulaType {
    const left = this.infer(node.left);
    const right = this.infer(node.right);
    const { type, refusal } = binaryType(node, left, right);
    if (refusal !== undefined) {
      const at = refusal.at?.range;
      const fix =
        refusal.fix === undefined || at === undefined
          ? undefined
          : { label: refusal.fix.label, at, text: refusal.fix.replace(this.text.slice(at.start, at.end)) };
      this.report(refusal.message, refusal.hint, at ?? node.range, fix);
    }
    return type;
  }

  private unary(node: UnaryNode): FormulaType {
    const operand = this.infer(node.operand);
    const { type, message } = unaryType(node.operator, operand);
    if (message !== undefined)
      this.report(message, 'Text never becomes a number by itself: use VALUE.', node.operand.range);
    return type;
  }

  private call(node: CallNode): FormulaType {
    const declaration = findFunction(node.name);
    const given = node.args.map((argument) =>
      argument === undefined ? undefined : { type: this.infer(argument), node: argument },
    );
    if (declaration === undefined) {
      const similar = nearest(node.name, functionNames);
      this.report(
        `There is no function ${node.name}.`,
        similar === undefined ? 'Choose a function from the list.' : `Did you mean ${similar}?`,
        node.nameRange,
        similar === undefined ? undefined : { label: `Use ${similar}`, text: similar },
      );
      return errorType;
    }
    this.functions.set(node, declaration);
    if (!this.count(node, declaration))
      return typeof declaration.result === 'function' ? errorType : declaration.result;
    let lifted = false;
    for (const [index, argument] of given.entries()) {
      const parameter = parameterAt(declaration, index);
      if (argument === undefined || parameter === undefined) continue;
      this.argument(declaration, parameter, argument);
      lifted ||= isLifted(parameter, argument.type);
    }
    const args = lifted
      ? given.map((argument, index) => elementArgument(argument, parameterAt(declaration, index)))
      : given;
    const result = this.resultOf(node, declaration, args);
    return lifted ? listOf(result) : result;
  }

  private argument(
    declaration: FunctionDeclaration,
    parameter: Parameter,
    argument: { type: FormulaType; node: FormulaNode },
  ): void {
    if (takesOne(parameter.type) && parameter.type !== 'any' && argument.type.kind === 'record') {
      this.report(
        `${parameter.name} of ${declaration.name} is a record.`,
        'Choose a field of the record.',
        argument.node.range,
      );
      return;
    }
    const refusal = refusalOf(parameter, argument.type);
    if (refusal === undefined) return;
    const { range } = argument.node;
    const wrap = refusal.wrap;
    const text = this.text.slice(range.start, range.end);
    const fix = wrap === undefined ? undefined : { label: wrap.label, text: `${wrap.before}${text}${wrap.after}` };
    this.report(`In ${declaration.name}, ${refusal.message}`, refusal.hint, range, fix);
    const last = this.problems[this.problems.length - 1];
    if (refusal.partly && last !== undefined) last.severity = 'warning';
  }

  private count(node: CallNode, declaration: FunctionDeclaration): boolean {
    const least = declaration.parameters.filter((one) => !one.optional).length;
    const group = declaration.rest.length;
    const given = node.args.length;
    const signature = `It is written ${signatureOf(declaration)}.`;
    const minimum = least + declaration.restMinimum * group;
    if (given < minimum) {
      const missing = parameterAt(declaration, given)?.name ?? 'an argument';
      this.report(`${declaration.name} needs ${missing}.`, signature, node.range);
      return false;
    }
    const fixed = declaration.parameters.length;
    if (group === 0 && given > fixed) {
      this.report(
        `${declaration.name} takes ${fixed === 1 ? 'one argument' : `${fixed} arguments`}, not ${given}.`,
        signature,
        node.range,
      );
      return false;
    }
    if (group > 1 && given > fixed && (given - fixed) % group !== 0 && !declaration.rest.some((one) => one.optional)) {
      this.report(`${declaration.name} takes its arguments in groups of ${group}.`, signature, node.range);
      return false;
    }
    for (const [index, argument] of node.args.entries()) {
      const parameter = parameterAt(declaration, index);
      if (argument === undefined && parameter !== undefined && !parameter.optional && parameter.type === 'date') {
        this.report(`${declaration.name} needs ${parameter.name}.`, signature, node.range);
        return false;
      }
    }
    return true;
  }

  private resultOf(node: CallNode, declaration: FunctionDeclaration, args: CallSite['args']): FormulaType {
    if (typeof declaration.result !== 'function') return declaration.result;
    return declaration.result({
      args,
      environment: this.environment,
      report: (message, hint, at, replacement) => this.report(message, hint, at ?? node.range, replacement),
    });
  }
}

/** Whether an argument makes its call work through a list element by element. */
export const isLifted = (parameter: Parameter, argument: FormulaType): boolean =>
  takesOne(parameter.needs ?? parameter.type) && mayBeList(argument);

/** An argument as one application of a call over lists sees it. */
function elementArgument(
  argument: CallSite['args'][number],
  parameter: Parameter | undefined,
): CallSite['args'][number] {
  if (argument === undefined || argument.type.kind !== 'list' || parameter === undefined) return argument;
  return takesOne(parameter.type) || parameter.type === 'lazy' ? { ...argument, type: argument.type.of } : argument;
}

/** Checks a parsed formula against its environment. */
export function analyse(text: string, node: FormulaNode, environment: FormulaEnvironment): Analysis {
  const checker = new Checker(text, environment);
  const type = checker.infer(node);
  return {
    type: unite(type, blankType),
    problems: checker.problems,
    references: [...checker.references],
    types: checker.types,
    fields: checker.fields,
    functions: checker.functions,
  };
}
