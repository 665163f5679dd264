/** Routes that set webhooks up, version 2.0 in company and project scope. @source fact sheet 13.2 and 18.9 */
import { empty, json, route, type SimulatorAnswer, type SimulatorRoute } from '../../kit/simulator.ts';
import { isLoopback } from '../../kit/urls.ts';
import { change, put, remove } from './changes.ts';
import { answerList, enveloped, type ProcoreRequest, sourceOf } from './lists.ts';
import { type Row, rowOf, type Stored, textOf } from './rows.ts';
import { announced } from './sender.ts';
import { type ProcoreState, rowsOf, storedOf } from './state.ts';

const missing = (): SimulatorAnswer => json(404, { errors: 'Not Found' });
const paging = { envelope: true, perPage: 10, most: 100 } as const;

const scopeOf = ({ params }: ProcoreRequest): string | undefined => params.project;

/** Secrets are shown by their last five characters only. */
const masked = (headers: unknown): Row =>
  Object.fromEntries(Object.entries(rowOf(headers)).map(([name, value]) => [name, `*****${String(value).slice(-5)}`]));

function shown(request: ProcoreRequest, row: Row): Row {
  return {
    ...row,
    destination_headers: masked(row.destination_headers),
    trigger_count: rowsOf(request.state, 'triggers', { parentId: String(row.id) }).length,
  };
}

/** The hook in the path, if it is one of the path's company or project. */
function hookIn(request: ProcoreRequest): Stored | undefined {
  const stored = storedOf(request.state, 'hooks', request.params.hook);
  return stored?.projectId === scopeOf(request) ? stored : undefined;
}

function addressErrors(address: unknown): Row | undefined {
  const text = textOf(address) ?? '';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const allowed = url !== undefined && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url)));
  return allowed ? undefined : { destination_url: ['must be an https address'] };
}

function createHook(request: ProcoreRequest): SimulatorAnswer {
  const body = rowOf(request.json);
  const errors =
    addressErrors(body.destination_url) ??
    (/^[a-z0-9-]+$/.test(textOf(body.namespace) ?? '') ? undefined : { namespace: ['is invalid'] }) ??
    (/^v[234]\.0$/.test(textOf(body.payload_version) ?? '') ? undefined : { payload_version: ['is not supported'] });
  if (errors !== undefined) return json(422, { errors });
  const projectId = scopeOf(request);
  const row: Row = {
    namespace: body.namespace,
    payload_version: body.payload_version,
    destination_url: body.destination_url,
    destination_headers: rowOf(body.destination_headers),
    status: 'active',
    company_id: Number(request.state.companyId),
    project_id: projectId === undefined ? null : Number(projectId),
  };
  const made = put(request, 'hooks', { row, ...(projectId === undefined ? {} : { projectId }) });
  return json(201, enveloped(shown(request, made)));
}

function changeHook(request: ProcoreRequest): SimulatorAnswer {
  const stored = hookIn(request);
  if (stored === undefined) return missing();
  const { destination_url, destination_headers } = rowOf(request.json);
  const errors = destination_url === undefined ? undefined : addressErrors(destination_url);
  if (errors !== undefined) return json(422, { errors });
  const fields: Row = {};
  if (destination_url !== undefined) fields.destination_url = destination_url;
  if (destination_headers !== undefined) fields.destination_headers = rowOf(destination_headers);
  return json(200, enveloped(shown(request, change(request, 'hooks', stored, fields))));
}

function removeHook(request: ProcoreRequest): SimulatorAnswer {
  const stored = hookIn(request);
  if (stored === undefined) return missing();
  const hookId = String(stored.row.id);
  for (const { id } of rowsOf(request.state, 'triggers', { parentId: hookId })) remove(request, 'triggers', String(id));
  remove(request, 'hooks', hookId);
  request.state.outbox.drop(hookId);
  return empty(204);
}

/** A trigger as it is shown: without times. */
const shownTrigger = ({ created_at: _created, updated_at: _updated, ...row }: Row): Row => row;

function createTrigger(request: ProcoreRequest): SimulatorAnswer {
  const hook = hookIn(request);
  if (hook === undefined) return missing();
  const { resource_name: name, event_type: action } = rowOf(request.json);
  const offer = announced[scopeOf(request) === undefined ? 'company' : 'project'].find((other) => other.name === name);
  if (offer === undefined) return json(422, { errors: { resource_name: ['is not included in the list'] } });
  if (!offer.actions.includes(textOf(action) ?? '')) return json(422, { errors: { event_type: ['is not supported'] } });
  const parentId = String(hook.row.id);
  const same = (row: Row): boolean => row.resource_name === name && row.event_type === action;
  if (rowsOf(request.state, 'triggers', { parentId }).some(same))
    return json(422, { errors: { base: ['A trigger for this resource and event exists.'] } });
  const row = { resource_name: name, event_type: action, webhook_hook_id: hook.row.id };
  return json(201, enveloped(shownTrigger(put(request, 'triggers', { parentId, row }))));
}

function removeTrigger(request: ProcoreRequest): SimulatorAnswer {
  const hook = hookIn(request);
  const trigger = storedOf(request.state, 'triggers', request.params.trigger);
  if (hook === undefined || trigger?.parentId !== String(hook.row.id)) return missing();
  remove(request, 'triggers', String(trigger.row.id));
  return empty(204);
}

/** Deliveries, after everything that is due was tried. The filter is written `filter[…]`, not `filters[…]`. */
async function listDeliveries(request: ProcoreRequest): Promise<SimulatorAnswer> {
  const hook = hookIn(request);
  if (hook === undefined) return missing();
  const { outbox } = request.state;
  await outbox.flush();
  const status = request.query.get('filter[status]');
  const rows = outbox.deliveries
    .filter((delivery) => delivery.hookId === String(hook.row.id))
    .filter((delivery) => status === undefined || delivery.status === (status === 'succeeded' ? 'delivered' : status))
    .map((delivery) => ({
      id: delivery.id,
      status: delivery.status,
      payload: delivery.payload,
      delivery_attempts: [
        {
          started_at: new Date(delivery.madeAt).toISOString(),
          response_status: delivery.responseStatus ?? null,
          response_error: delivery.error ?? null,
        },
      ],
    }));
  return answerList(request, sourceOf(rows.reverse()), paging);
}

function listHooks(request: ProcoreRequest): SimulatorAnswer {
  const namespace = request.query.get('namespace');
  if (namespace === undefined) return json(400, { errors: { namespace: ['is required'] } });
  const hooks = [...request.state.tables.hooks.values()]
    .filter(({ projectId, row }) => projectId === scopeOf(request) && row.namespace === namespace)
    .map(({ row }) => shown(request, row));
  return answerList(request, sourceOf(hooks), paging);
}

const scoped = (
  method: string,
  rest: string,
  handler: (request: ProcoreRequest) => SimulatorAnswer | Promise<SimulatorAnswer>,
): SimulatorRoute<ProcoreState>[] =>
  ['/rest/v2.0/companies/:company', '/rest/v2.0/companies/:company/projects/:project'].map((scope) =>
    route<ProcoreState>(method, `${scope}/webhooks/${rest}`, handler),
  );

/** All webhook routes. */
export const webhookRoutes: readonly SimulatorRoute<ProcoreState>[] = [
  ...scoped('GET', 'resources', (request) => {
    const offers = announced[scopeOf(request) === undefined ? 'company' : 'project'];
    return answerList(request, sourceOf(offers.map((offer) => ({ ...offer }))), paging);
  }),
  ...scoped('GET', 'hooks', listHooks),
  ...scoped('POST', 'hooks', createHook),
  ...scoped('GET', 'hooks/:hook', (request) => {
    const stored = hookIn(request);
    return stored === undefined ? missing() : json(200, enveloped(shown(request, stored.row)));
  }),
  ...scoped('PATCH', 'hooks/:hook', changeHook),
  ...scoped('DELETE', 'hooks/:hook', removeHook),
  ...scoped('GET', 'hooks/:hook/triggers', (request) => {
    const hook = hookIn(request);
    if (hook === undefined) return missing();
    const triggers = rowsOf(request.state, 'triggers', { parentId: String(hook.row.id) });
    return answerList(request, sourceOf(triggers.map(shownTrigger)), paging);
  }),
  ...scoped('POST', 'hooks/:hook/triggers', createTrigger),
  ...scoped('DELETE', 'hooks/:hook/triggers/:trigger', removeTrigger),
  ...scoped('GET', 'hooks/:hook/deliveries', listDeliveries),
];
