import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../connectors/kit/simulator/clock.ts';
import { createFaultBook, parseFault } from '../../../../connectors/kit/simulator/faults.ts';
import { AppError } from '../../../../engine/model/error.ts';

const problem = (text: string): AppError => {
  try {
    parseFault(text);
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error(`“${text}” was accepted`);
};

describe('a fault rule', () => {
  it('reads matching, effects and outcome from text', () => {
    expect(
      parseFault('status=503; times=3;method=get;path=/requisitions;retry-after=2;body=html;delay=5;expire-tokens'),
    ).toMatchObject({
      times: 3,
      method: 'GET',
      path: '/requisitions',
      delayMs: 5,
      effects: ['expire-tokens'],
      outcome: { kind: 'status', status: 503, body: 'html', handled: false, headers: { 'retry-after': '2' } },
    });
    expect(parseFault('cut=after;nth=2')).toMatchObject({ nth: 2, outcome: { kind: 'cut-after' } });
    expect(parseFault('repeat-page').marks).toEqual(['repeat-page']);
  });

  it('expands a named fault and takes further settings', () => {
    const rule = parseFault('busy;times=1', { busy: 'status=429;path=/entity' });
    expect(rule).toMatchObject({ times: 1, path: '/entity', outcome: { status: 429 } });
  });

  it.each([
    ['', 'it does nothing'],
    ['times=3', 'it does nothing'],
    ['explode', 'not a fault'],
    ['status=abc', 'status must be a number'],
    ['status=700', 'status must be a number'],
    ['status=100', 'from 200'],
    ['hang;cut=before', 'two outcomes'],
    ['status=500;hang', 'two outcomes'],
    ['retry-after=3', 'need a status'],
    ['color=red;hang', 'no setting “color”'],
    ['probability=2;hang', 'probability must be'],
    ['__proto__=1;hang', 'no setting'],
    ['constructor', 'not a fault'],
  ])('refuses %j and says why', (text, why) => {
    expect(problem(text).code).toBe('practice.badFault');
    expect(problem(text).message).toContain(why);
  });

  it('never fails otherwise than with a catalogued error', () => {
    const piece = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('status=503', 'hang', ';', '=', 'nth=1'));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (parts) => {
        try {
          parseFault(parts.join(';'));
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
    );
  });
});

describe('a fault book', () => {
  const applied = (rules: string[], calls: [method: string, target: string][]) => {
    const book = createFaultBook(seededRandom(1));
    for (const rule of rules) book.add(rule);
    return calls.map(([method, target]) => book.match(method, target).texts.length);
  };
  const get: [string, string] = ['GET', '/a/b?x=1'];

  it('counts calls and times', () => {
    expect(applied(['hang;nth=2'], [get, get, get])).toEqual([0, 1, 0]);
    expect(applied(['hang;nth=2;times=2'], [get, get, get, get])).toEqual([0, 1, 1, 0]);
    expect(applied(['hang;times=2'], [get, get, get])).toEqual([1, 1, 0]);
  });

  it('matches by method and path with the query, with * for anything', () => {
    expect(applied(['hang;method=POST'], [get, ['POST', '/a']])).toEqual([0, 1]);
    expect(applied(['hang;path=/a/*x=1'], [get, ['GET', '/a/b'], ['GET', '/b/a/x=1']])).toEqual([1, 0, 1]);
  });

  it('lets the first outcome win and does not spend the others', () => {
    const book = createFaultBook(seededRandom(1));
    book.add('status=500;times=1');
    book.add('status=501;times=1');
    book.add('delay=7');
    const statuses = [1, 2, 3].map(() => {
      const { outcome, delayMs } = book.match('GET', '/');
      expect(delayMs).toBe(7);
      return outcome?.kind === 'status' ? outcome.status : undefined;
    });
    expect(statuses).toEqual([500, 501, undefined]);
    expect(book.list().map((rule) => rule.applied)).toEqual([1, 1, 3]);
    book.clear();
    expect(book.list()).toEqual([]);
  });

  it('draws the same lots from the same seed', () => {
    const lots = () =>
      applied(
        ['hang;probability=0.5'],
        Array.from({ length: 40 }, () => get),
      ).join('');
    expect(lots()).toBe(lots());
    expect(new Set(lots()).size).toBe(2);
  });
});
