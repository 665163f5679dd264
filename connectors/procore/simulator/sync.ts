/** The bulk sync: always 200, good rows in `entities`, refused ones echoed in `errors`. @source fact sheet section 10 */
import { json, type SimulatorAnswer } from '../../kit/simulator.ts';
import type { ProcoreRequest } from './lists.ts';
import { listOf, type Row, rowOf, type Stored, textOf } from './rows.ts';
import { storedOf, type TableName } from './state.ts';

/** What a sync does with one row: the stored row to show, or what is wrong with it. */
export type RowWriter = (row: Row, existing: Stored | undefined) => { entity: Row } | { errors: Row };

/** Most rows a call may carry. */
const mostRows = 1000;

function byOrigin(request: ProcoreRequest, table: TableName, originId: string | undefined): Stored | undefined {
  if (originId === undefined) return undefined;
  for (const stored of request.state.tables[table].values()) if (stored.row.origin_id === originId) return stored;
  return undefined;
}

/** Answers a sync: the truth table of id and origin id, row by row. */
export function answerSync(request: ProcoreRequest, table: TableName, write: RowWriter): SimulatorAnswer {
  const updates = listOf(rowOf(request.exactJson()).updates).map(rowOf);
  const most = request.marks.has('sync-in-parts') ? 2 : mostRows;
  if (updates.length > most) return json(413, { errors: `At most ${most} rows per call.` });
  const entities: Row[] = [];
  const errors: Row[] = [];
  for (const row of updates) {
    const id = textOf(row.id);
    const existing =
      id === undefined ? byOrigin(request, table, textOf(row.origin_id)) : storedOf(request.state, table, id);
    const outcome =
      id !== undefined && existing === undefined
        ? { errors: { id: ['Entity with this ID not found'] } }
        : write(row, existing);
    if ('entity' in outcome) entities.push(outcome.entity);
    else errors.push({ ...row, errors: outcome.errors });
  }
  return json(200, { entities, errors });
}
