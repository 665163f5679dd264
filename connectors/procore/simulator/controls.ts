/** What the control panel of Procore's simulator can do besides the kit's calls. @source fact sheet 18.10 */
import { json, type SimulatorAnswer, type SimulatorServices } from '../../kit/simulator.ts';
import { change, changeRequisition, remove, removeRequisition } from './changes.ts';
import type { Editor } from './lists.ts';
import { rowOf, textOf } from './rows.ts';
import { type ProcoreState, requisitionById, storedOf, tableNames } from './state.ts';

/**
 * Changes or deletes a record as a person in Procore would, past all rules, and announces it:
 * `{"resource": "requisitions", "id": "…", "fields": {"status": "draft"}}` or `{…, "delete": true}`.
 */
function mutate(state: ProcoreState, services: SimulatorServices, body: unknown): SimulatorAnswer {
  const { resource, id: given, fields, delete: isGone } = rowOf(body);
  const editor: Editor = { state, services, marks: new Set(), byHand: true };
  const id = textOf(given) ?? '';
  const table = tableNames.find((name) => name === resource);
  const stored = resource === 'requisitions' ? requisitionById(state, id) : table && storedOf(state, table, id);
  if (table === undefined || stored === undefined)
    return json(404, { error: `There is no record ${id} of “${String(resource)}”.`, resources: tableNames });
  if (table === 'requisitions') {
    if (isGone === true) removeRequisition(editor, id);
    else changeRequisition(editor, id, rowOf(fields));
  } else if (isGone === true) remove(editor, table, id);
  else change(editor, table, stored, rowOf(fields));
  return json(200, { done: true });
}

/** Further calls of the control panel. */
export const controls = {
  'POST mutate': mutate,
  'GET assertions': ({ notes, refusedCalls }: ProcoreState): SimulatorAnswer => json(200, { notes, refusedCalls }),
} as const;
