/** The tree of a parsed formula. Every node knows where it stands in the text. */

import type { Decimal } from '../model/decimal.ts';
import type { CalendarDate } from './calendar.ts';
import type { FormulaErrorKind, Range } from './value.ts';

/** Operators between two values. */
export type BinaryOperator = '+' | '-' | '*' | '/' | '^' | '&' | '=' | '<>' | '<' | '<=' | '>' | '>=';

/** A literal. */
export interface LiteralNode {
  kind: 'literal';
  value: string | boolean | Decimal | CalendarDate;
  type: 'text' | 'boolean' | 'integer' | 'decimal' | 'date';
  range: Range;
}
/** An error written as such, for instance `#N/A`. */
export interface ErrorNode {
  kind: 'error';
  error: FormulaErrorKind;
  range: Range;
}
/** `{1, 2, 3}`. */
export interface ListNode {
  kind: 'list';
  elements: FormulaNode[];
  range: Range;
}
/** `[a.b]`, or `[/x]` with `fromRoot`. */
export interface FieldNode {
  kind: 'field';
  path: string;
  fromRoot: boolean;
  range: Range;
}
/** A flow parameter, or a name that LET defines. */
export interface NameNode {
  kind: 'name';
  name: string;
  range: Range;
}
/** `NAME(arguments)`; an argument left out between separators is undefined. */
export interface CallNode {
  kind: 'call';
  name: string;
  nameRange: Range;
  args: (FormulaNode | undefined)[];
  range: Range;
}
/** `left operator right`. */
export interface BinaryNode {
  kind: 'binary';
  operator: BinaryOperator;
  left: FormulaNode;
  right: FormulaNode;
  range: Range;
}
/** `-x`, `+x` or `x%`. */
export interface UnaryNode {
  kind: 'unary';
  operator: '-' | '+' | '%';
  operand: FormulaNode;
  range: Range;
}
/** `(x)`: kept so that formatting returns what was written. */
export interface GroupNode {
  kind: 'group';
  inner: FormulaNode;
  range: Range;
}

/** Any part of a formula. */
export type FormulaNode =
  | LiteralNode
  | ErrorNode
  | ListNode
  | FieldNode
  | NameNode
  | CallNode
  | BinaryNode
  | UnaryNode
  | GroupNode;

/** The direct parts of a node, in order. */
export function childrenOf(node: FormulaNode): FormulaNode[] {
  switch (node.kind) {
    case 'list':
      return node.elements;
    case 'call':
      return node.args.filter((argument) => argument !== undefined);
    case 'binary':
      return [node.left, node.right];
    case 'unary':
      return [node.operand];
    case 'group':
      return [node.inner];
    case 'literal':
    case 'error':
    case 'field':
    case 'name':
      return [];
  }
}

/** Visits a node and everything in it, outer first. */
export function visit(node: FormulaNode, see: (node: FormulaNode) => void): void {
  see(node);
  for (const child of childrenOf(node)) visit(child, see);
}
