/** The sum of a column: one number field of all elements of a list, added as it is read. */
import { type Decimal, TextSum } from '../model/decimal.ts';
import type { Value } from '../model/record.ts';
import { type Item, type Layout, readPath, wholeRecords } from '../model/record-view.ts';
import type { FormulaNode } from './ast.ts';
import type { CompileContext } from './compile.ts';
import type { Frame } from './functions/declare.ts';

/** A column's sum; undefined where it holds anything but everyday numbers, and the long way has to be taken. */
export type ColumnSum = (frame: Frame) => Decimal | undefined;

/** The short way to the sum of what `node` refers to, where it is a number field of a list's elements. */
export function columnSum(node: FormulaNode, context: CompileContext): ColumnSum | undefined {
  const found = node.kind === 'field' ? context.analysis.fields.get(node) : undefined;
  if (found === undefined || context.watch !== undefined) return undefined;
  const { steps, scope } = found;
  const type = steps[steps.length - 1]?.type;
  if (steps[0]?.type !== 'list' || steps.length < 2 || (type !== 'decimal' && type !== 'integer')) return undefined;
  if (steps.slice(1).some((step) => step.type === 'list')) return undefined;
  const sum = summing(
    steps.map(({ name }) => name),
    context.environment.layouts?.[scope] ?? wholeRecords,
  );
  return (frame) => {
    const texts = new TextSum();
    const count = sum(frame.scope[scope], texts);
    if (count < 0) return undefined;
    // The list that the long way would make, and the numbers in it.
    frame.spend(count);
    frame.spend(count);
    return texts.total();
  };
}

/** Adds a column's texts and tells their number; −1 where one of them is no everyday number. */
function summing([first = '', ...rest]: readonly string[], layout: Layout): (item: Item, into: TextSum) => number {
  const views = layout.list(first);
  if (views !== undefined) {
    const read = views.layout.path(rest);
    return (item, into) => {
      const walk = views.walk(item);
      let count = 0;
      for (let element = walk.next(); element !== undefined; element = walk.next()) {
        const text = read(element);
        if (typeof text !== 'string' || !into.add(text)) return -1;
        count += 1;
      }
      return count;
    };
  }
  const list = layout.path([first]);
  const read = readPath(rest);
  return (item, into) => {
    const elements: Value | undefined = list(item);
    if (!Array.isArray(elements)) return -1;
    for (let at = 0; at < elements.length; at += 1) {
      const element = elements[at];
      if (typeof element !== 'object' || element === null || Array.isArray(element)) return -1;
      const text = read(element);
      if (typeof text !== 'string' || !into.add(text)) return -1;
    }
    return elements.length;
  };
}
