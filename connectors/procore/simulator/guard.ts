/** What stands before every route: sign-in, company header, both rate windows, project visibility, and error bodies on demand. */
import { html, json, type SimulatorAnswer, text } from '../../kit/simulator/route.ts';
import { bearerToken } from '../../kit/simulator/tokens.ts';
import type { ProcoreRequest } from './lists.ts';
import { otherCompanyId } from './state.ts';

/** Windows of a company. @source fact sheet 18.5; figures are not fixed, an account with 100 was seen */
export const windows = {
  practice: { hourly: 3600, spike: 100 },
  documented: { hourly: 3600, spike: 25 },
  tight: { hourly: 50, spike: 5 },
} as const;

const spikeMs = 10_000;
const hourMs = 3_600_000;

/** The ten shapes of error bodies, by number. @source fact sheet section 9 */
const shapes: Readonly<Record<string, () => SimulatorAnswer>> = {
  '1': () => json(422, { errors: { name: ["can't be blank"], base: ['The record is not complete.'] } }),
  '2': () => json(403, { errors: ['App is not connected to this company.'] }),
  '3': () => json(403, { errors: 'You do not have permission' }),
  '4': () =>
    json(400, {
      error: {
        code: '400',
        message: 'Invalid request',
        details: [{ code: 'x', message: 'must be a date', source: 'billing_date' }],
      },
    }),
  '5': () => json(422, { message: 'Budget is locked', error: 'Unprocessable' }),
  '6': () =>
    json(403, { code: 403, message: 'Forbidden here', fields: 'project_id', reason: 'No access', error: 'forbidden' }),
  '7': () => json(400, { error: 'invalid_grant', error_description: 'The refresh token is invalid' }),
  '8': () => json(422, { errors: { base: ['Fields are missing'], fields: { label: 'is required' } } }),
  '9': () => json(422, { error: { error: 'One snapshot per hour' } }),
  '10': () => html(502, '<html><body><h1>502 Bad Gateway</h1></body></html>'),
};

const note = ({ state, method, path }: ProcoreRequest, what: string): void => {
  state.notes.push(`${method} ${path}: ${what}`);
};

function signedIn(request: ProcoreRequest): SimulatorAnswer | undefined {
  const check = request.services.tokens.check(bearerToken(request.headers.authorization), 'access');
  if (check.state === 'valid') return undefined;
  if (check.state === 'expired') note(request, 'a token that has run out');
  if (request.marks.has('plain-401')) return text(401, 'The access token is invalid');
  if (request.marks.has('long-401'))
    return json(401, { code: 401, message: 'Unauthorized', fields: '', reason: 'token', error: 'invalid_token' });
  return json(401, { errors: 'The access token is invalid' });
}

function companyKnown(request: ProcoreRequest): SimulatorAnswer | undefined {
  const header = request.headers['procore-company-id'];
  const { companyId } = request.state;
  if (request.marks.has('app-not-connected') || header === otherCompanyId) {
    return json(403, { errors: ['App is not connected to this company.'] });
  }
  const exempt = /\/rest\/v1\.0\/(me|companies)$/.test(request.path);
  if (header === undefined) {
    note(request, 'no company header');
    if (request.marks.has('strict-header')) return text(400, 'Missing Procore-Company-Id header!');
    return exempt ? undefined : json(404, { errors: 'Not Found' });
  }
  if (exempt) return undefined;
  const asked = request.query.get('company_id') ?? /\/companies\/(\d+)/.exec(request.path)?.[1];
  return header === companyId && (asked === undefined || asked === companyId)
    ? undefined
    : json(404, { errors: 'Not Found' });
}

/** The project a request is about, from path or query. */
export const projectIn = (request: ProcoreRequest): string | undefined =>
  /\/projects\/(\d+)/.exec(request.path)?.[1] ?? request.query.get('project_id');

function projectVisible(request: ProcoreRequest): SimulatorAnswer | undefined {
  const project = projectIn(request);
  if (project === undefined) return undefined;
  if (request.marks.has('tool-disabled')) return json(403, { errors: 'The tool is not enabled in this project.' });
  // Status and words are assumed: it is documented only that these endpoints are not for three tiers.
  if (request.marks.has('three-tiers') && /\/(commitment|prime)_change_orders/.test(request.path))
    return json(422, { errors: { base: ['Change orders of this project have three tiers.'] } });
  if (request.marks.has('project-forbidden')) {
    return json(403, { errors: ['You do not have permission to access this project.'] });
  }
  const known = request.state.tables.projects.has(project) && !request.marks.has('project-hidden');
  return known ? undefined : json(404, { errors: 'Not Found' });
}

/** Counts a call and answers 429 beyond a window. Headers come with `rateHeaders`. */
function withinWindows(request: ProcoreRequest): SimulatorAnswer | undefined {
  const { state, services, marks } = request;
  const now = services.clock.now();
  const limits = marks.has('tight-limits')
    ? windows.tight
    : marks.has('documented-limits')
      ? windows.documented
      : windows.practice;
  state.limits = limits;
  state.calls = state.calls.filter((at) => at > now - hourMs);
  const spike = state.calls.filter((at) => at > now - spikeMs).length;
  if (spike >= limits.spike || state.calls.length >= limits.hourly) {
    state.refusedCalls += 1;
    return limited(request);
  }
  state.calls.push(now);
  return undefined;
}

function limited(request: ProcoreRequest): SimulatorAnswer {
  const seconds = Math.max(1, Math.ceil((resetAt(request) - request.services.clock.now()) / 1000));
  const words = 'You have surpassed the max number of requests for an hour. Please wait until your limit resets.';
  const answer = json(429, { errors: words });
  if (request.marks.has('silent-429')) return answer;
  const until = new Date(request.services.clock.now() + seconds * 1000).toUTCString();
  const value = request.marks.has('dated-429') ? until : String(seconds);
  return { ...answer, headers: { ...answer.headers, 'retry-after': value } };
}

function resetAt({ state, services }: ProcoreRequest): number {
  const now = services.clock.now();
  const recent = state.calls.filter((at) => at > now - spikeMs);
  const hourly = state.limits.hourly - state.calls.length;
  const spike = state.limits.spike - recent.length;
  const first = hourly < spike ? (state.calls[0] ?? now) + hourMs : (recent[0] ?? now) + spikeMs;
  return Math.ceil(first / 1000) * 1000;
}

/** Headers of the window that is nearest to exhaustion. */
export function rateHeaders(request: ProcoreRequest): Record<string, string> {
  const { state, services } = request;
  const recent = state.calls.filter((at) => at > services.clock.now() - spikeMs).length;
  const hourly = state.limits.hourly - state.calls.length;
  const spike = state.limits.spike - recent;
  const reset = request.marks.has('skewed-clock') ? services.clock.now() - 60_000 : resetAt(request);
  return {
    'x-rate-limit-limit': String(hourly < spike ? state.limits.hourly : state.limits.spike),
    'x-rate-limit-remaining': String(Math.max(0, Math.min(hourly, spike))),
    'x-rate-limit-reset': String(Math.floor(reset / 1000)),
  };
}

/** The first answer that ends a request before its route. */
export function guard(request: ProcoreRequest): SimulatorAnswer | undefined {
  if (!request.path.startsWith('/rest/')) return undefined;
  const refused = signedIn(request) ?? companyKnown(request) ?? withinWindows(request);
  if (refused !== undefined) return refused;
  if (request.marks.has('limited')) return limited(request);
  for (const mark of request.marks) {
    const shape = shapes[mark.replace('error-shape-', '')];
    if (mark.startsWith('error-shape-') && shape !== undefined) return shape();
  }
  return projectVisible(request);
}
