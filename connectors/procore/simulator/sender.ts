/** What the simulator announces by webhook: which change matches which hook, and the payload of each version. */
import type { Editor } from './lists.ts';
import { type Row, rowOf, type Stored, textOf } from './rows.ts';
import { type ProcoreState, practiceClient, storedOf, type TableName } from './state.ts';

/** Faults of a change's announcement: twice, later than the next one, never, with a wrong secret, with none. */
export const deliveryMarks = [
  'webhook-twice',
  'webhook-late',
  'webhook-lost',
  'webhook-wrong-secret',
  'webhook-unsigned',
] as const;

/** How long a late announcement is held back. */
const lateMs = 5_000;

const everything = ['create', 'update', 'delete'] as const;

/** What can be announced, by scope. @source fact sheet 13.5: a live query of a sandbox company (2026-02) and a published integration */
export const announced: Readonly<
  Record<'company' | 'project', readonly { name: string; actions: readonly string[] }[]>
> = {
  company: [
    { name: 'Company Vendors', actions: ['create', 'update'] },
    { name: 'Projects', actions: ['create', 'update'] },
    { name: 'Line Item Types', actions: everything },
    { name: 'Standard Cost Codes', actions: everything },
    { name: 'ERP Requests', actions: everything },
    { name: 'Standard Cost Code Lists', actions: ['create'] },
  ],
  project: [
    ...[
      'Purchase Order Contracts',
      'Purchase Order Contract Line Items',
      'Work Order Contracts',
      'Work Order Contract Line Items',
      'Direct Costs',
      'Direct Cost Line Items',
      'Contract Payments',
      'Payment Applications',
      'Draw Requests',
      'Change Order Packages',
      'Change Order Requests',
      'Potential Change Orders',
      'Change Events',
      'Prime Contracts',
      'Prime Contract Line Items',
      'Cost Codes',
      'Sub Jobs',
      'Budget Line Items',
      'Budget Changes',
      'Budget Modifications',
    ].map((name) => ({ name, actions: everything })),
    { name: 'Project Vendors', actions: ['create', 'delete'] },
  ],
};

const names: Partial<Record<TableName, string>> = {
  projects: 'Projects',
  vendors: 'Company Vendors',
  'change-order-packages': 'Change Order Packages',
  'contract-payments': 'Contract Payments',
  'direct-costs': 'Direct Costs',
  'direct-cost-lines': 'Direct Cost Line Items',
  'prime-contracts': 'Prime Contracts',
  'payment-applications': 'Payment Applications',
  'budget-lines': 'Budget Line Items',
};

const contractName = (type: unknown): string =>
  type === 'WorkOrderContract' ? 'Work Order Contract' : 'Purchase Order Contract';

function nameOf(state: ProcoreState, table: TableName, { row, parentId }: Stored): string | undefined {
  if (table === 'contracts') return `${contractName(row.type)}s`;
  if (table === 'contract-lines') {
    const type = storedOf(state, 'contracts', parentId)?.row.type ?? rowOf(row.holder).holder_type;
    return `${contractName(type)} Line Items`;
  }
  return names[table];
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A sortable id of 26 characters: time, then a serial number where others have chance. */
function ulid(time: number, serial: number): string {
  const encode = (value: number, length: number): string => {
    let text = '';
    for (let rest = value; text.length < length; rest = Math.floor(rest / 32)) text = alphabet[rest % 32] + text;
    return text;
  };
  return encode(time, 10) + encode(serial, 16);
}

interface Happening {
  id: number;
  ulid: string;
  at: string;
  name: string;
  action: string;
  recordId: unknown;
  projectId: string | undefined;
  parentId: string | undefined;
  byHand: boolean;
}

/** The body of a delivery in the hook's payload version. @source fact sheet 13.3 */
function payloadOf(state: ProcoreState, version: string, event: Happening): Row {
  const projectId = event.projectId === undefined ? null : Number(event.projectId);
  const userId = 562949957000009;
  if (version.startsWith('v4')) {
    return {
      id: event.ulid,
      timestamp: event.at,
      reason: event.action,
      resource_type: event.name,
      resource_id: textOf(event.recordId),
      company_id: state.companyId,
      project_id: event.projectId ?? null,
      user_id: String(userId),
    };
  }
  const isLine = event.name.endsWith('Line Items') && event.parentId !== undefined;
  const parent = { id: Number(event.parentId), name: event.name.replace(/ Line Items$/, 's') };
  return {
    id: event.id,
    ulid: event.ulid,
    timestamp: event.at,
    event_type: event.action,
    resource_name: event.name,
    resource_id: event.recordId,
    company_id: Number(state.companyId),
    project_id: projectId,
    user_id: userId,
    api_version: version,
    metadata: {
      source_user_id: userId,
      source_company_id: Number(state.companyId),
      source_project_id: projectId,
      source_application_id: event.byHand ? null : practiceClient.id,
      source_operation_id: null,
    },
    ...(version.startsWith('v3') ? { related_resources: isLine ? [parent] : [] } : {}),
  };
}

function headersOf(request: Editor, hook: Row): Record<string, string> {
  const headers = Object.fromEntries(
    Object.entries(rowOf(hook.destination_headers)).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  if (request.marks.has('webhook-unsigned')) delete headers.authorization;
  if (request.marks.has('webhook-wrong-secret')) headers.authorization = 'Bearer somebody-else';
  return headers;
}

/** Announces a change to every hook whose scope and triggers match it. */
export function announce(request: Editor, table: TableName, stored: Stored, action: string): void {
  const { state, services, marks } = request;
  const name = nameOf(state, table, stored);
  if (name === undefined || marks.has('webhook-lost')) return;
  const now = services.clock.now();
  // One happening has one id, however many hooks announce it and however often.
  const serial = state.outbox.nextEvent();
  const event: Happening = {
    id: 910_000_000 + serial,
    ulid: ulid(now, serial),
    at: new Date(now).toISOString(),
    name,
    action,
    recordId: stored.row.id,
    projectId: stored.projectId,
    parentId: stored.parentId,
    byHand: request.byHand === true,
  };
  for (const [hookId, hook] of state.tables.hooks) {
    const wanted = [...state.tables.triggers.values()].some(
      ({ parentId, row }) => parentId === hookId && row.resource_name === name && row.event_type === action,
    );
    if (!wanted || hook.projectId !== stored.projectId || hook.row.status !== 'active') continue;
    const payload = payloadOf(state, String(hook.row.payload_version), event);
    for (let copy = 1; copy <= (marks.has('webhook-twice') ? 2 : 1); copy += 1) {
      state.outbox.add({
        id: `${event.ulid}-${hookId}-${copy}`,
        hookId,
        url: String(hook.row.destination_url),
        headers: headersOf(request, hook.row),
        payload,
        status: 'enqueued',
        madeAt: now,
        dueAt: marks.has('webhook-late') ? now + lateMs : now,
      });
    }
  }
}
