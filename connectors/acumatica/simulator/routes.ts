/** Addresses of the simulated system, at the root and in a virtual directory. */
import {
  html,
  json,
  route,
  type SimulatorAnswer,
  type SimulatorRequest,
  type SimulatorRoute,
  text as textAnswer,
} from '../../kit/simulator.ts';
import { withoutOwnFields } from './contract.ts';
import { answerEntity, attach, download, refuseWhileRunning } from './entity-routes.ts';
import { answerInquiry, listInquiries } from './inquiry.ts';
import { noEntity, notFound, Refusal } from './refusal.ts';
import { authorize, discovery, login, logout, requireSession, token } from './sign-in.ts';
import { type Endpoint, profileOf, type State, virtualDirectory } from './state.ts';
import { describeEndpoint } from './swagger.ts';

type Request = SimulatorRequest<State>;

/** A refusal as an HTTP answer. */
export function refusalAnswer(refusal: Refusal): SimulatorAnswer {
  const { status, body } = refusal;
  if (body === undefined) return { status };
  if (typeof body === 'string') return /^</.test(body) ? html(status, body) : textAnswer(status, body);
  return json(status, body);
}

/** The build and the endpoints; custom ones only for those who are signed in. */
function endpointList(request: Request): SimulatorAnswer {
  const { state, path, marks } = request;
  const session =
    request.headers.authorization === undefined && request.headers.cookie === undefined
      ? undefined
      : requireSession(request);
  const signedIn = session !== undefined && 'session' in session;
  const endpoints = state.endpoints
    .filter((endpoint) => signedIn || !endpoint.custom)
    .filter((endpoint) => !marks.has('wrong-versions') || endpoint.version !== '24.200.001')
    .map(({ name, version }) => ({ name, version, href: `${state.basePathOf(path)}/entity/${name}/${version}/` }));
  if (profileOf(request).entityListShape === 'array') return json(200, endpoints);
  const build = '25.201.0213';
  return json(200, { version: { acumaticaBuildVersion: build, databaseVersion: build }, endpoints });
}

function findEndpoint({ state, params, marks }: Request): Endpoint | undefined {
  if (marks.has('wrong-versions') && params.version === '24.200.001') return undefined;
  return state.endpoints.find(({ name, version }) => name === params.endpoint && version === params.version);
}

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) throw new Refusal(400, 'Bad Request');
    throw error;
  }
};

function entityRequest(request: Request): SimulatorAnswer {
  const { state, path } = request;
  const profile = profileOf(request);
  const endpoint = findEndpoint(request);
  if (endpoint === undefined) throw notFound(profile.notFoundBody, path);
  const session = requireSession(request);
  if ('status' in session) return session;
  const base = `${state.basePathOf(path)}/entity/${endpoint.name}/${endpoint.version}`;
  const segments = path
    .slice(base.length + 1)
    .split('/')
    .map(decode)
    .filter((segment) => segment !== '');
  const [name = '', ...rest] = segments;
  const world = { ...session.world, profile, isSetUp: session.world.isSetUp && !request.marks.has('not-set-up') };
  if (name === 'swagger.json') return json(200, describeEndpoint(endpoint));
  if (name === 'files') return fileRequest(request, endpoint, world, rest, session.session);
  const declared = endpoint.entities.get(name);
  const entity = declared === undefined || profile.ownFields ? declared : withoutOwnFields(declared);
  if (entity === undefined) throw notFound(profile.notFoundBody, path);
  return answerEntity({ request, endpoint, entity, world, profile, rest, href: base, session: session.session });
}

function fileRequest(
  request: Request,
  endpoint: Endpoint,
  world: State['world'],
  rest: readonly string[],
  session: string,
): SimulatorAnswer {
  if (request.method === 'GET' && rest.length === 1) return download(world, rest[0] ?? '');
  const [graph, view, id = '', filename = ''] = rest;
  const entity = [...endpoint.entities.values()].find(
    (candidate) => candidate.graph === graph && candidate.view === view,
  );
  if (request.method !== 'PUT' || entity === undefined || filename === '') throw notFound('json', request.path);
  const record = world.database.byId(entity.name, id);
  if (record === undefined) throw noEntity();
  refuseWhileRunning(request, entity.name, session);
  return attach(request, world, entity, record, filename);
}

const guarded =
  (handler: (request: Request) => SimulatorAnswer) =>
  (request: Request): SimulatorAnswer => {
    try {
      return handler(request);
    } catch (thrown) {
      if (thrown instanceof Refusal) return refusalAnswer(thrown);
      throw thrown;
    }
  };

/** A path that leads nowhere: the web server's own page. */
export const unknownPath = (request: Request): SimulatorAnswer =>
  refusalAnswer(notFound(profileOf(request).notFoundBody, request.path));

/** All routes. */
export const routes: readonly SimulatorRoute<State>[] = [virtualDirectory, ''].flatMap((base) => [
  route<State>('GET', `${base}/identity/.well-known/openid-configuration`, discovery, { open: true }),
  route<State>('GET', `${base}/identity/connect/authorize`, authorize, { open: true }),
  route<State>('POST', `${base}/identity/connect/token`, token, { open: true }),
  route<State>('POST', `${base}/entity/auth/login`, login, { open: true }),
  route<State>('POST', `${base}/entity/auth/logout`, logout, { open: true }),
  route<State>('GET', `${base}/entity`, endpointList, { open: true }),
  route<State>('GET', `${base}/t/:tenant/api/odata/gi`, guarded(listInquiries)),
  route<State>('GET', `${base}/t/:tenant/api/odata/gi/:inquiry`, guarded(answerInquiry)),
  ...['GET', 'PUT', 'PATCH', 'POST', 'DELETE'].map((method) =>
    route<State>(method, `${base}/entity/:endpoint/:version/*`, guarded(entityRequest)),
  ),
]);
