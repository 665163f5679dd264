/** The control panel of a simulator, under `/__sandbox/`: faults, clock, requests, documents, tokens, stop. Loopback only. */
import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../../../engine/model/error.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { json, readQuery, type SimulatorAnswer, type SimulatorServices } from './route.ts';

/** Where the control panel lives. */
export const adminPrefix = '/__sandbox/';

/** What the control panel may do besides the services. */
export interface AdminPowers {
  services: SimulatorServices;
  documents(resource: string): Fields[];
  /** Further calls, by method and path. */
  controls: Readonly<Record<string, (body: unknown) => SimulatorAnswer>>;
  /** Stops after this answer has been sent. */
  stopSoon(): void;
}

/** A request to the control panel. */
export interface AdminRequest {
  method: string;
  path: string;
  query: string;
  headers: IncomingHttpHeaders;
  json: unknown;
}

const property = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && name in value ? (value as Record<string, unknown>)[name] : undefined;

function addFaults({ services }: AdminPowers, body: unknown): SimulatorAnswer {
  const given = property(body, 'faults') ?? [property(body, 'fault')];
  if (!Array.isArray(given) || given.length === 0 || !given.every((rule) => typeof rule === 'string')) {
    return json(400, { error: 'Send {"faults": ["status=503;times=2"]}.' });
  }
  for (const rule of given) services.faults.add(rule);
  return json(200, { faults: services.faults.list() });
}

function moveClock({ services }: AdminPowers, body: unknown): SimulatorAnswer {
  const ms = property(body, 'advanceMs');
  if (typeof ms !== 'number' || !Number.isFinite(ms) || ms < 0)
    return json(400, { error: 'Send {"advanceMs": 60000}.' });
  services.clock.advance(ms);
  return json(200, { now: new Date(services.clock.now()).toISOString() });
}

function listRequests({ services }: AdminPowers, query: string): SimulatorAnswer {
  const asked = readQuery(query);
  const method = asked.get('method');
  const path = asked.get('path');
  const after = asked.get('after');
  const filter = {
    ...(method === undefined ? {} : { method: method.toUpperCase() }),
    ...(path === undefined ? {} : { path }),
    ...(after === undefined ? {} : { after: Number(after) }),
  };
  return json(200, { total: services.log.total, requests: services.log.list(filter) });
}

const done = json(200, { done: true });

/** What each call of the control panel does, by method and path. */
const calls: Readonly<Record<string, (powers: AdminPowers, request: AdminRequest) => SimulatorAnswer>> = {
  'GET faults': ({ services }) => json(200, { faults: services.faults.list() }),
  'POST faults': (powers, request) => addFaults(powers, request.json),
  'DELETE faults': ({ services }) => {
    services.faults.clear();
    return json(200, { faults: [] });
  },
  'GET clock': ({ services }) => json(200, { now: new Date(services.clock.now()).toISOString() }),
  'POST clock': (powers, request) => moveClock(powers, request.json),
  'GET requests': (powers, request) => listRequests(powers, request.query),
  'DELETE requests': ({ services }) => {
    services.log.clear();
    return done;
  },
  'POST tokens/expire': ({ services }) => {
    services.tokens.expireAll();
    return done;
  },
  'POST tokens/revoke': ({ services }) => {
    services.tokens.revokeAll();
    return done;
  },
  'POST secret/revoke': ({ services }) => {
    services.tokens.setSecretRevoked(true);
    return done;
  },
  'POST secret/restore': ({ services }) => {
    services.tokens.setSecretRevoked(false);
    return done;
  },
  'POST stop': ({ stopSoon }) => {
    stopSoon();
    return json(200, { stopping: true });
  },
};

const ownHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/**
 * Answers a request to the control panel. Web pages are kept out: a browser names its origin, and a rebound name is no
 * loopback host.
 */
export function answerAdmin(powers: AdminPowers, request: AdminRequest): SimulatorAnswer {
  if (request.headers.origin !== undefined || !ownHost.test(request.headers.host ?? '')) {
    return json(403, { error: 'The control panel answers programs on this machine only.' });
  }
  const name = request.path.slice(adminPrefix.length).replace(/\/$/, '');
  const key = `${request.method} ${name}`;
  const call = Object.hasOwn(calls, key) ? calls[key] : undefined;
  try {
    if (call !== undefined) return call(powers, request);
    const own = Object.hasOwn(powers.controls, key) ? powers.controls[key] : undefined;
    if (own !== undefined) return own(request.json);
    if (request.method === 'GET' && name.startsWith('documents/')) {
      return json(200, powers.documents(decodeURIComponent(name.slice('documents/'.length))));
    }
  } catch (error) {
    if (error instanceof AppError) return json(400, { error: error.message, hint: error.hint });
    throw error;
  }
  return json(404, {
    error: `The control panel has no ${key}.`,
    calls: [...Object.keys(calls), ...Object.keys(powers.controls), 'GET documents/<resource>'],
  });
}
