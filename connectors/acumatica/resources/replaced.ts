/**
 * What a tenant put in the place of coding that was sent: masks and default subaccounts overwrite without a word, so we say it.
 * @source form AP101000, "Combine Expense Sub. from"; form GL202500, "Use Default Sub"; that the answer carries the new value is assumed
 */
import type { Fields, Value } from '../../../engine/model/record.ts';
import { asFields, asList, asText } from '../../kit/json.ts';
import { countedLines } from '../errors.ts';
import type { EntitySpec } from './reading.ts';

const coding = new Set([
  ...['Account', 'Subaccount', 'Project', 'ProjectTask', 'Task', 'ProjectTaskID', 'CostCode'],
  ...['InventoryID', 'Branch', 'BranchID'],
]);

/** A code as the system compares it: padding, case and separators of segments do not count. */
const comparable = (code: string): string => code.toUpperCase().replace(/[-. ]/g, '');

const codeOf = (line: Value | undefined, name: string): string | undefined => asText(asFields(line)?.[name])?.trim();

/** A remark for each code that was replaced, with the lines it is about. Lines are compared by id, or in order where none has one. */
export function replacedCodes(spec: EntitySpec, lists: readonly string[], sent: Fields, held: Fields): string[] {
  const found = new Map<string, { label: string; from: string; to: string; lines: number[] }>();
  for (const name of lists) {
    const fields = (spec.fields.find((field) => field.name === name)?.fields ?? []).filter((field) =>
      coding.has(field.name),
    );
    const [asked, got] = [asList(sent[name]) ?? [], asList(held[name]) ?? []];
    // New lines of an update come back among old ones: only those that name theirs are compared.
    const named = asked.some((row) => asText(asFields(row)?.id) !== undefined);
    if (!named && asked.length !== got.length) continue;
    const byId = new Map(got.map((row) => [asText(asFields(row)?.id), row]));
    for (const [index, row] of asked.entries()) {
      const other = named ? byId.get(asText(asFields(row)?.id) ?? '') : got[index];
      for (const { name: code, label } of fields) {
        const [from, to] = [codeOf(row, code), codeOf(other, code)];
        if (from === undefined || to === undefined || from === to || comparable(from) === comparable(to)) continue;
        const key = JSON.stringify([name, code, from, to]);
        const entry = found.get(key) ?? { label, from, to, lines: [] };
        entry.lines.push(index);
        found.set(key, entry);
      }
    }
  }
  return [...found.values()].map(
    ({ label, from, to, lines }) =>
      `Acumatica put the ${label.toLowerCase()} ${to} in the place of ${from} on line${lines.length > 1 ? 's' : ''} ${countedLines(lines)}: its preferences or the account decide that.`,
  );
}
