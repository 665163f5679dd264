/** Cases about connecting and reading. */
import { isShown } from '../../engine/model/connection.ts';
import { AppError } from '../../engine/model/error.ts';
import { findField } from '../../engine/model/record.ts';
import {
  type ConformanceCase,
  check,
  failureOf,
  type ReadOutcome,
  readAll,
  resourceOf,
  type Subject,
} from './conformance.ts';

const always = (): boolean => true;

const ids = ({ records }: ReadOutcome): string[] =>
  records.map(({ id, origin }) => `${origin.scope?.id ?? ''}/${id}`).sort((a, b) => a.localeCompare(b));

/** Reads under a fault and compares with a read without one. */
async function readsTheSameUnder(subject: Subject, rule: string, patience = subject): Promise<void> {
  const expected = await readAll(subject.reconnect({}));
  await subject.fault(rule);
  const outcome = await readAll(patience);
  check(outcome.scopeErrors.length === 0, `A scope failed: ${outcome.scopeErrors[0]?.message}`);
  check(
    JSON.stringify(ids(outcome)) === JSON.stringify(ids(expected)),
    `${outcome.records.length} records were read instead of ${expected.records.length}.`,
  );
}

/** The error a read under a lasting fault ends with: thrown, or reported for a scope. */
async function errorUnder(subject: Subject, rule: string): Promise<AppError> {
  await subject.fault(rule);
  try {
    const outcome = await readAll(subject);
    const error = outcome.scopeErrors[0];
    check(error !== undefined, 'The read went on as if nothing had happened.');
    return error;
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code !== 'internal.defect') return thrown;
    throw thrown;
  }
}

const underFault = (
  name: string,
  rule: (path: string, subject: Subject) => string,
  applies: ConformanceCase['applies'] = always,
): ConformanceCase => ({
  name,
  live: false,
  applies,
  run: (subject) => readsTheSameUnder(subject, rule(subject.profile.read.path, subject)),
});

async function pingResults(subject: Subject) {
  const last = new Map<string, { status: string; cause?: string; remedy?: string }>();
  const needs = [{ resource: subject.profile.read.resource, write: false }];
  for await (const result of subject.connector.ping(subject.client, needs)) last.set(result.id, result);
  return [...last.values()];
}

function explained(error: AppError): void {
  check(
    error.message.length > 10 && !/\bat .*:\d+:\d+/.test(error.message),
    `The message does not explain: ${error.message}`,
  );
  check(error.hint !== '', `The error ${error.code} has no remedy.`);
}

const declaration: ConformanceCase = {
  name: 'declaration-is-sound',
  live: false,
  applies: always,
  run: (subject) => {
    const { connector } = subject;
    const names = connector.resources.map(({ id }) => id);
    check(new Set(names).size === names.length, 'Two resources have the same id.');
    for (const resource of connector.resources) {
      const fields = resource.fields.map(({ name }) => name);
      check(new Set(fields).size === fields.length, `${resource.id} declares a field twice.`);
      const { key, amount, roles } = resource;
      const { date, vendor, number, lines } = roles ?? {};
      const paths = [
        ...(key?.fields ?? []),
        amount?.field,
        amount?.currencyField,
        amount?.lines?.list,
        date,
        vendor,
        number,
        lines,
      ];
      for (const path of paths) {
        check(
          path === undefined || findField(resource, path) !== undefined,
          `${resource.id} names ${path}, which it does not declare.`,
        );
      }
      check(
        resource.create === undefined || key !== undefined,
        `${resource.id} can be written but has no business key.`,
      );
    }
    return Promise.resolve();
  },
};

const connecting: readonly ConformanceCase[] = [
  {
    name: 'good-credentials',
    live: true,
    applies: always,
    run: async (subject) => {
      const results = await pingResults(subject);
      const bad = results.find(({ status }) => status === 'failed' || status === 'running');
      check(bad === undefined, `A check of the ping did not succeed: ${bad?.cause ?? 'still running'}`);
      check(
        results.some(({ status }) => status === 'ok'),
        'The ping checked nothing.',
      );
    },
  },
  {
    name: 'bad-credentials',
    live: false,
    applies: (_connector, profile) => profile.secret !== undefined,
    run: async (subject) => {
      const wrong = subject.reconnect({
        secrets: { ...subject.context.secrets, [subject.profile.secret ?? '']: 'wrong-sentinel-secret' },
      });
      const failed = (await pingResults(wrong)).filter(({ status }) => status === 'failed');
      check(failed.length > 0, 'The ping did not notice the wrong secret.');
      check(
        failed.every(({ cause, remedy }) => Boolean(cause) && Boolean(remedy)),
        'A failed check has no cause or no remedy.',
      );
      const error = await failureOf(readAll(wrong), 'A read with a wrong secret');
      check(error.kind === 'auth', `A refused sign-in is reported as ${error.kind} (${error.code}).`);
      explained(error);
    },
  },
  {
    name: 'unreachable-host',
    live: false,
    applies: (connector) => connector.credentials.some(({ kind }) => kind === 'url'),
    run: async (subject) => {
      const fields = { ...subject.context.fields };
      for (const field of subject.connector.credentials)
        if (field.kind === 'url') fields[field.name] = 'http://127.0.0.1:9';
      const error = await failureOf(readAll(subject.reconnect({ fields })), 'A read from a host that does not answer');
      check(error.code === 'remote.unreachable', `It is reported as ${error.code}.`);
      check(error.message.includes('127.0.0.1:9'), 'The message does not name the host.');
    },
  },
  {
    name: 'plain-http-refused',
    live: false,
    applies: (connector) => connector.credentials.some(({ kind }) => kind === 'url'),
    run: async (subject) => {
      for (const field of subject.connector.credentials) {
        // A field of another way to sign in is not used by this connection.
        const shown = isShown(field, subject.connector.credentials, subject.context.fields);
        if (field.kind !== 'url' || !shown) continue;
        const fields = { ...subject.context.fields, [field.name]: 'http://erp.example.com' };
        const error = await failureOf(
          Promise.resolve().then(() => subject.reconnect({ fields }).client),
          'Connecting without encryption',
        );
        check(error.code === 'connection.insecureAddress', `It is reported as ${error.code}.`);
      }
    },
  },
  {
    name: 'missing-field',
    live: false,
    applies: always,
    run: async (subject) => {
      for (const field of subject.connector.credentials) {
        if (!field.required || field.when !== undefined || field.kind === 'choice' || field.kind === 'boolean')
          continue;
        const blank = subject.reconnect({
          fields: { ...subject.context.fields, [field.name]: '' },
          secrets: { ...subject.context.secrets, ...(field.kind === 'secret' ? { [field.name]: '' } : {}) },
        });
        const error = await failureOf(readAll(blank), `A read without the field ${field.label}`);
        check(
          error.kind === 'config' || error.kind === 'auth',
          `A missing field ${field.label} is reported as ${error.code}.`,
        );
      }
    },
  },
];

const tokens: ConformanceCase['applies'] = (_connector, profile) => profile.tokens;

const reading: readonly ConformanceCase[] = [
  {
    name: 'reads-to-the-end',
    live: true,
    applies: always,
    run: async (subject) => {
      const outcome = await readAll(subject);
      check(outcome.records.length > 0, 'Nothing was read.');
      check(new Set(ids(outcome)).size === outcome.records.length, 'A record came twice.');
      const held = (await subject.simulator?.documents(subject.profile.read.resource))?.length;
      if (held !== undefined && held > 0) {
        check(outcome.records.length <= held, 'More records were read than there are.');
        check(
          subject.profile.read.scopePath !== undefined || outcome.records.length === held,
          `${outcome.records.length} of ${held} records were read.`,
        );
      }
    },
  },
  underFault('token-expires-mid-run', (path) => `expire-tokens;nth=2;path=${path}`, tokens),
  underFault('rate-limited-with-seconds', (path) => `status=429;retry-after=2;nth=2;path=${path}`),
  underFault('rate-limited-without-hint', (path) => `status=429;nth=2;times=2;path=${path}`),
  underFault(
    'rate-limited-with-date',
    (path, { context }) => `status=429;retry-after=${new Date(context.now() + 5000).toUTCString()};nth=2;path=${path}`,
  ),
  underFault('server-errors-pass', (path) => `status=503;times=2;path=${path}`),
  underFault('server-error-with-page', (path) => `status=502;body=html;times=2;path=${path}`),
  underFault('token-service-recovers', () => 'status=503;times=1;method=POST', tokens),
  underFault('cut-before-answer', (path) => `cut=before;nth=2;path=${path}`),
  underFault('cut-during-answer', (path) => `cut=during;nth=2;path=${path}`),
  underFault('truncated-json', (path) => `truncate-json;nth=2;path=${path}`),
  underFault('page-instead-of-json', (path) => `html;nth=2;path=${path}`),
  underFault('slow-answers', (path) => `delay=30;times=5;path=${path}`),
  {
    name: 'rate-limit-wait-is-told',
    live: false,
    applies: always,
    run: async (subject) => {
      await subject.fault(`status=429;retry-after=7;times=1;path=${subject.profile.read.path}`);
      await readAll(subject);
      const longest = Math.max(
        0,
        ...subject.waits.filter(({ reason }) => reason === 'rateLimit').map(({ waitMs }) => waitMs),
      );
      check(longest >= 7000, `The longest wait told was ${longest} ms; the server asked for 7000.`);
    },
  },
  {
    name: 'hanging-call-times-out',
    live: false,
    applies: always,
    run: (subject) =>
      readsTheSameUnder(
        subject,
        `hang;nth=2;path=${subject.profile.read.path}`,
        subject.reconnect({ timeoutMs: 1500 }),
      ),
  },
  {
    name: 'server-down-is-transient',
    live: false,
    applies: always,
    run: async (subject) => {
      const error = await errorUnder(subject, `status=500;path=${subject.profile.read.path}`);
      check(error.kind === 'transient', `It is reported as ${error.kind} (${error.code}).`);
      explained(error);
    },
  },
  {
    name: 'lasting-page-instead-of-json',
    live: false,
    applies: always,
    run: async (subject) => {
      const error = await errorUnder(subject, `html;path=${subject.profile.read.path}`);
      check(error.code === 'remote.badResponse', `It is reported as ${error.code}.`);
      check(
        error.message.includes(new URL(subject.simulator?.address ?? 'http://x').host),
        'The message does not name the address.',
      );
    },
  },
  {
    name: 'repeating-page-ends',
    live: false,
    applies: (_connector, profile) => profile.read.paged,
    run: async (subject) => {
      const error = await errorUnder(subject, `repeat-page;path=${subject.profile.read.path}`);
      check(error.code === 'remote.badResponse', `It is reported as ${error.code}.`);
      explained(error);
    },
  },
  {
    name: 'one-scope-refused-others-go-on',
    live: false,
    applies: (_connector, profile) => profile.read.scopePath !== undefined,
    run: async (subject) => {
      const expected = await readAll(subject.reconnect({}));
      await subject.fault(`status=403;path=${subject.profile.read.scopePath}`);
      const outcome = await readAll(subject);
      check(
        outcome.scopeErrors.length === 1,
        `${outcome.scopeErrors.length} scopes were reported as failed instead of one.`,
      );
      check(
        outcome.records.length > 0 && outcome.records.length < expected.records.length,
        'The other scopes were not read.',
      );
    },
  },
  {
    name: 'since-narrows-and-loses-nothing',
    live: true,
    applies: (connector, profile) =>
      connector.resources.find(({ id }) => id === profile.read.resource)?.incremental === true,
    run: async (subject) => {
      const all = await readAll(subject);
      const times = all.records.flatMap(({ origin }) => origin.updatedAt ?? []).sort();
      const since = times[Math.floor(times.length / 2)];
      check(since !== undefined, 'The records carry no time of change.');
      const later = await readAll(subject, { since: new Date(Date.parse(since)).toISOString() });
      const wanted = all.records.filter(({ origin }) => Date.parse(origin.updatedAt ?? '') >= Date.parse(since));
      const got = new Set(ids(later));
      check(
        wanted.every(({ id, origin }) => got.has(`${origin.scope?.id ?? ''}/${id}`)),
        'A record changed since then was not read.',
      );
      check(later.records.length < all.records.length, 'Reading since a time read everything.');
    },
  },
  {
    name: 'stops-when-told',
    live: false,
    applies: always,
    run: async (subject) => {
      const abort = new AbortController();
      const { read } = resourceOf(subject, subject.profile.read.resource);
      check(read !== undefined, 'The resource of the profile cannot be read.');
      const error = await failureOf(
        (async () => {
          for await (const _event of read(subject.client, { signal: abort.signal })) abort.abort();
        })(),
        'A read that was stopped',
      );
      check(error.code === 'run.cancelled', `It is reported as ${error.code}.`);
      const calls = subject.exchanges.length;
      await new Promise((resolve) => setImmediate(resolve));
      check(subject.exchanges.length <= calls + 4, 'Calls go on after the stop.');
    },
  },
];

const secrecy: ConformanceCase = {
  name: 'no-secret-leaves',
  live: true,
  applies: always,
  run: async (subject) => {
    await readAll(subject);
    const wrong = subject.reconnect({
      secrets: { ...subject.context.secrets, [subject.profile.secret ?? 'x']: 'SENTINEL-wrong-secret' },
    });
    const errors: unknown[] = await readAll(wrong).then(
      ({ scopeErrors }) => scopeErrors,
      (thrown: unknown) => [thrown, thrown instanceof Error ? thrown.message : ''],
    );
    check(subject.exchanges.length > 0 || subject.connector.simulator === undefined, 'No exchange was reported.');
    const told = JSON.stringify([subject.exchanges, subject.waits, errors]);
    for (const secret of [...Object.values(subject.context.secrets), 'SENTINEL-wrong-secret']) {
      check(secret.length < 4 || !told.includes(secret), 'A secret of the connection appears in what was reported.');
      check(
        secret.length < 4 || !told.includes(encodeURIComponent(secret)),
        'An encoded secret appears in what was reported.',
      );
    }
    const open = subject.exchanges.flatMap(({ requestHeaders }) => requestHeaders.authorization ?? []);
    check(
      open.every((value) => value === '••••'),
      'An authorization header is not masked.',
    );
    check(!/"access_token\\?":\\?"(?!••••)/.test(told), 'A token is not masked.');
  },
};

/** Cases about connecting and reading. */
export const readCases: readonly ConformanceCase[] = [declaration, ...connecting, ...reading, secrecy];
