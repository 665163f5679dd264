/** Changes of the simulator's tables, written to its journal before they take effect. */
import type { JournalEntry, SimulatorServices } from '../../kit/simulator.ts';
import type { Editor, ProcoreRequest } from './lists.ts';
import { type Row, type Stored, textOf } from './rows.ts';
import { announce } from './sender.ts';
import { type ProcoreState, storedOf, tableNames, takeId } from './state.ts';

const nameOf = (name: unknown) => tableNames.find((candidate) => candidate === name);

/** Applies a journal entry, now or after a restart. */
export function apply(state: ProcoreState, entry: JournalEntry): unknown {
  const table = nameOf(entry.table);
  const id = typeof entry.id === 'string' ? entry.id : '';
  if (entry.kind === 'requisition') {
    const fields = JSON.parse(String(entry.row)) as Row;
    return state.requisitionChanges.set(id, { ...state.requisitionChanges.get(id), ...fields });
  }
  if (entry.kind === 'delete-requisition') return state.deletedRequisitions.add(id);
  if (table === undefined) return undefined;
  if (entry.kind === 'delete') return state.tables[table].delete(id);
  const stored: Stored = { row: JSON.parse(String(entry.row)) as Row };
  if (typeof entry.projectId === 'string') stored.projectId = entry.projectId;
  if (typeof entry.parentId === 'string') stored.parentId = entry.parentId;
  state.tables[table].set(id, stored);
  state.nextId = Math.max(state.nextId, Number(id) + 1 || 0);
  return stored;
}

type Table = (typeof tableNames)[number];

/** Instant as Procore writes it. */
export const stampOf = (services: SimulatorServices): string =>
  new Date(services.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');

/** Stores a row under its id; a new one gets an id and a time of creation. */
export function put(request: Editor, table: Table, stored: Stored): Row {
  const { state, services } = request;
  const at = stampOf(services);
  const id = textOf(stored.row.id) ?? String(takeId(state));
  // It is not documented whether a change of a line moves the time of its parent.
  const isQuiet = table === 'contracts' && request.marks.has('quiet-lines');
  const row: Row = { created_at: at, ...stored.row, id: Number(id), ...(isQuiet ? {} : { updated_at: at }) };
  const entry: JournalEntry = { kind: 'put', table, id, row: JSON.stringify(row) };
  if (stored.projectId !== undefined) entry.projectId = stored.projectId;
  if (stored.parentId !== undefined) entry.parentId = stored.parentId;
  const known = state.tables[table].has(id);
  services.commit(entry);
  announce(request, table, { ...stored, row }, known ? 'update' : 'create');
  return row;
}

/** Changes fields of a requisition. Requisitions are not announced by webhook. */
export function changeRequisition(request: Editor, id: string, fields: Row): void {
  const made = storedOf(request.state, 'requisitions', id);
  if (made !== undefined) change(request, 'requisitions', made, fields);
  else changeGiven(request, id, fields);
}

/** Changes fields of a requisition that the practice company came with. */
function changeGiven({ services }: Editor, id: string, fields: Row): void {
  services.commit({ kind: 'requisition', id, row: JSON.stringify({ ...fields, updated_at: stampOf(services) }) });
}

/** Changes fields of a stored row. */
export function change(request: Editor, table: Table, stored: Stored, fields: Row): Row {
  return put(request, table, { ...stored, row: { ...stored.row, ...fields } });
}

/** Removes a row. */
export function remove(request: Editor, table: Table, id: string): void {
  const stored = storedOf(request.state, table, id);
  request.services.commit({ kind: 'delete', table, id });
  if (stored !== undefined) announce(request, table, stored, 'delete');
}

/** What is wrong with an origin id: it is unique per company and type. */
export function originTaken(request: Editor, table: Table, fields: Row, ownId?: string): Row | undefined {
  const originId = textOf(fields.origin_id);
  if (originId === undefined) return undefined;
  for (const [id, { row }] of request.state.tables[table]) {
    if (row.origin_id === originId && id !== ownId) return { origin_id: ['has already been taken'] };
  }
  return undefined;
}

/** Deletes a requisition, which leaves no trace. */
export function removeRequisition(request: Editor, id: string): void {
  if (storedOf(request.state, 'requisitions', id) !== undefined) remove(request, 'requisitions', id);
  else request.services.commit({ kind: 'delete-requisition', id });
}

/** The stored row of a table by the id in the path. */
export const inPath = (request: ProcoreRequest, table: Table): Stored | undefined =>
  storedOf(request.state, table, request.params.id);
