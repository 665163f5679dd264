/** What may be changed of a document that exists, and which of its lines is which. Connectors and delivery must agree on both. */
import type { WriteOptions } from './connector.ts';
import { compare, tryParse } from './decimal.ts';
import type { FactSource, Fields, Value } from './record.ts';

/** What an update may change while a document stands in certain statuses. */
export interface UpdateRule {
  /** In the target's own word, such as `On Hold`. */
  statuses: readonly string[];
  /** Fields that may change, those of lines by their list, such as `Details.Completed`. `all`: whatever a flow may write. */
  fields: 'all' | readonly string[];
  /** Boolean write option that must be switched on for this rule to hold. */
  option?: string;
}

/** How the lines of a list are told apart from one version of a document to the next. */
export interface LineIdentity {
  list: string;
  /** Field that numbers the lines; it decides where the flow sends it. */
  number?: string;
  /** Fields that two versions of a line usually share, compared where no number is sent. */
  match: readonly string[];
  /** Boolean fields of a line that close it for changes when true. */
  closedBy: readonly string[];
}

/** What a target lets be changed of a document that exists. What it does not is held with its differences, field by field. */
export interface UpdateDeclaration extends FactSource {
  /** The first one for the document's status whose option is on decides; a status without any is locked. */
  rules: readonly UpdateRule[];
  lines: readonly LineIdentity[];
}

/** A line that is sent, and the one it replaces; without `held` it is new, without `sent` it goes. Indexes count from zero. */
export interface LinePair {
  sent?: { index: number; line: Fields };
  held?: { index: number; line: Fields };
}

/** The rule for a status; undefined where documents in it are locked. */
export const ruleFor = (
  { updates }: { updates?: UpdateDeclaration },
  status: string,
  options: WriteOptions,
): UpdateRule | undefined =>
  updates?.rules.find(
    (rule) => rule.statuses.includes(status) && (rule.option === undefined || options[rule.option] === true),
  );

const isBlank = (value: Value | undefined): boolean => value === undefined || value === null || value === '';

/** Whether two values are the same for a person: blanks are alike, amounts are compared by value, texts without outer blanks. */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b || (isBlank(a) && isBlank(b))) return true;
  if (typeof a !== 'string' || typeof b !== 'string') return false;
  const [x, y] = [tryParse(a), tryParse(b)];
  return x !== undefined && y !== undefined ? compare(x, y) === 0 : a.trim() === b.trim();
}

/** Whether the target no longer lets a line be changed. */
export const isClosedLine = (line: Fields, identity: LineIdentity): boolean =>
  identity.closedBy.some((flag) => line[flag] === true);

/**
 * Pairs lines: by their number where it is sent, then by what they share, then in order. A closed line is paired with one that
 * names it or agrees with it only, so that nothing new takes its place.
 */
export function pairLines(sent: readonly Fields[], held: readonly Fields[], identity: LineIdentity): LinePair[] {
  const free = new Map(held.map((line, index) => [index, line]));
  const pairs = new Map<number, number>();
  const pairBy = (fits: (line: Fields, other: Fields) => boolean): void => {
    for (const [index, line] of sent.entries()) {
      if (pairs.has(index)) continue;
      const found = [...free].find(([, other]) => fits(line, other));
      if (found === undefined) continue;
      pairs.set(index, found[0]);
      free.delete(found[0]);
    }
  };
  const { number, match } = identity;
  if (number !== undefined) pairBy((line, other) => !isBlank(line[number]) && sameValue(line[number], other[number]));
  const isNumbered = (line: Fields): boolean => number !== undefined && !isBlank(line[number]);
  pairBy((line, other) => !isNumbered(line) && match.every((field) => sameValue(line[field], other[field])));
  pairBy((line, other) => !isNumbered(line) && !isClosedLine(other, identity));
  const kept = sent.map((line, index): LinePair => {
    const at = pairs.get(index);
    const other = at === undefined ? undefined : held[at];
    return at === undefined || other === undefined
      ? { sent: { index, line } }
      : { sent: { index, line }, held: { index: at, line: other } };
  });
  return [...kept, ...[...free].map(([index, line]): LinePair => ({ held: { index, line } }))];
}
