import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClock } from '../../../../connectors/kit/simulator/clock.ts';
import { parseJson } from '../../../../connectors/kit/simulator/exchange.ts';
import { openJournal } from '../../../../connectors/kit/simulator/journal.ts';
import { createLog } from '../../../../connectors/kit/simulator/log.ts';
import { empty, findRoute, readQuery, route } from '../../../../connectors/kit/simulator/route.ts';
import { bearerToken, createTokens } from '../../../../connectors/kit/simulator/tokens.ts';

const answer = () => empty(204);

describe('routes', () => {
  const routes = [
    route('GET', '/rest/v1.0/projects/:project/vendors', answer),
    route('GET', '/companies(:company)/vendors(:id)', answer),
    route('PUT', '/files/*', answer),
  ];
  const params = (method: string, path: string) => findRoute(routes, method, path)?.params;

  it('take parameters, decoded', () => {
    expect(params('GET', '/rest/v1.0/projects/5%2F6/vendors')).toEqual({ project: '5/6' });
    expect(params('GET', "/companies(a-b)/vendors('V%20%C5%81')")).toEqual({ company: 'a-b', id: "'V Ł'" });
    expect(params('PUT', '/files/AP301000/Bill/inv 1.pdf')).toEqual({ rest: 'AP301000/Bill/inv 1.pdf' });
    expect(params('GET', '/rest/v1.0/projects/%E0%A4%A/vendors')).toEqual({ project: '%E0%A4%A' });
  });

  it('do not match other methods, other dots or deeper paths', () => {
    expect(params('POST', '/rest/v1.0/projects/5/vendors')).toBeUndefined();
    expect(params('GET', '/rest/v1x0/projects/5/vendors')).toBeUndefined();
    expect(params('GET', '/rest/v1.0/projects/5/6/vendors')).toBeUndefined();
  });

  it('read vendors’ query spellings', () => {
    const query = readQuery(
      "filters[status]=approved&filters[id][]=1&filters[id][]=2&$filter=Vendor+eq+'A%26B'&page=2",
    );
    expect(query.filters('status')).toEqual(['approved']);
    expect(query.filters('id')).toEqual(['1', '2']);
    expect(query.get('$filter')).toBe("Vendor eq 'A&B'");
    expect(query.get('per_page')).toBeUndefined();
  });
});

describe('json', () => {
  it('keeps numbers as they were sent', () => {
    expect(parseJson('{"a":43200.10,"b":90071992547409931,"c":"1.0","d":[1e3]}', true)).toEqual({
      a: '43200.10',
      b: '90071992547409931',
      c: '1.0',
      d: ['1e3'],
    });
    expect(parseJson('{"a":')).toBeUndefined();
  });
});

describe('tokens', () => {
  it('expire on the clock, all at once, or are forgotten', () => {
    const clock = createClock(() => 1_000_000);
    const tokens = createTokens(clock);
    const token = tokens.issue('access', 'client', 5400, { company: '1' });
    expect(tokens.check(token, 'access')).toMatchObject({ state: 'valid', token: { data: { company: '1' } } });
    expect(tokens.check(token, 'refresh').state).toBe('unknown');
    clock.advance(5_399_999);
    expect(tokens.check(token).state).toBe('valid');
    clock.advance(1);
    expect(tokens.check(token).state).toBe('expired');
    const second = tokens.issue('access', 'client', 60);
    tokens.expireAll();
    expect(tokens.check(second).state).toBe('expired');
    tokens.revokeAll();
    expect(tokens.check(second).state).toBe('unknown');
    expect(tokens.check(undefined).state).toBe('unknown');
  });

  it('refuse a revoked secret', () => {
    const tokens = createTokens(createClock());
    expect(tokens.acceptsSecret('s3cret', 's3cret')).toBe(true);
    expect(tokens.acceptsSecret('s3creT', 's3cret')).toBe(false);
    tokens.setSecretRevoked(true);
    expect(tokens.acceptsSecret('s3cret', 's3cret')).toBe(false);
    tokens.setSecretRevoked(false);
    expect(tokens.acceptsSecret('s3cret', 's3cret')).toBe(true);
    expect(bearerToken('bearer abc')).toBe('abc');
    expect(bearerToken('Basic abc')).toBeUndefined();
  });
});

describe('the log', () => {
  const entry = { at: '', method: 'GET', target: '/', headers: {}, body: '', outcome: 'answered' as const, faults: [] };

  it('masks secrets in headers, JSON, forms and by value', () => {
    const log = createLog();
    log.hide(['sentinel-4711 x']);
    expect(log.maskHeaders({ authorization: 'Bearer a', 'x-api-key': 'b', accept: 'json' })).toEqual({
      authorization: '•••',
      'x-api-key': '•••',
      accept: 'json',
    });
    expect(log.mask('{"client_secret":"a\\"b","name":"ok"}')).toBe('{"client_secret":"•••","name":"ok"}');
    expect(log.mask('{"password":"cut in the mid')).toBe('{"password":"•••"');
    expect(log.mask('grant_type=x&client_secret=abc&code=1&cost_code=01-010')).toBe(
      'grant_type=x&client_secret=•••&code=•••&cost_code=01-010',
    );
    expect(log.mask('note: sentinel-4711 x, sentinel-4711%20x')).toBe('note: •••, •••');
  });

  it('is bounded and keeps counting', () => {
    const log = createLog();
    for (let index = 0; index < 25_000; index += 1) log.add({ ...entry, durationMs: 0 });
    expect(log.total).toBe(25_000);
    expect(log.list().length).toBeLessThanOrEqual(10_000);
    expect(log.list().at(-1)?.number).toBe(25_000);
    expect(log.list({ after: 24_998 }).map((request) => request.number)).toEqual([24_999, 25_000]);
  });
});

describe('the journal', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'costwire-journal-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('gives back what was written and drops a half-written line', () => {
    const file = join(folder, 'deep', 'journal.jsonl');
    const first = openJournal(file);
    first.append({ kind: 'bill', number: '1', vendor: 'Łódź Steel' });
    first.close();
    appendFileSync(file, '{"kind":"bill","numb');
    const second = openJournal(file);
    expect(second.past).toEqual([{ kind: 'bill', number: '1', vendor: 'Łódź Steel' }]);
    second.append({ kind: 'bill', number: '2' });
    second.close();
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(2);
    expect(openJournal(undefined).past).toEqual([]);
  });

  it('names the damaged line', () => {
    const file = join(folder, 'journal.jsonl');
    writeFileSync(file, '{"kind":"a"}\nnonsense\n');
    expect(() => openJournal(file)).toThrow('Line 2');
  });
});
