/**
 * Faults a simulator can be given, written as text: `status=503;times=3;method=GET;path=/requisitions`.
 * A rule matches requests and then has effects (a delay, tokens expire) and at most one outcome (what is answered instead).
 */
import { AppError } from '../../../engine/model/error.ts';

/** What becomes of the answer. `handled` outcomes let the request take effect first. */
export type FaultOutcome =
  | {
      kind: 'status';
      status: number;
      body: 'json' | 'html' | 'empty' | 'text';
      handled: boolean;
      headers: Record<string, string>;
    }
  | { kind: 'cut-before' | 'cut-after' | 'cut-during' | 'truncate-json' | 'html' | 'hang' };

/** Effects of a rule that the server applies by itself. */
export const faultEffects = ['expire-tokens', 'revoke-tokens', 'revoke-secret', 'restore-secret'] as const;
export type FaultEffect = (typeof faultEffects)[number];

/** A fault rule. Words the server does not know itself (`marks`) are handed to the route, such as `repeat-page`. */
export interface FaultRule {
  text: string;
  method?: string;
  /** Part of the path with query, `*` stands for anything. */
  path?: string;
  /** From which matching call on; with no `times` only that one. */
  nth?: number;
  times?: number;
  probability?: number;
  delayMs?: number;
  effects: FaultEffect[];
  marks: string[];
  outcome?: FaultOutcome;
}

/** What applies to one request. */
export interface AppliedFaults {
  texts: string[];
  delayMs: number;
  effects: FaultEffect[];
  marks: Set<string>;
  outcome?: FaultOutcome;
}

const outcomes = ['cut-before', 'cut-after', 'cut-during', 'truncate-json', 'html', 'hang'] as const;
const bodies = ['json', 'html', 'empty', 'text'] as const;

const refuse = (text: string, why: string): AppError =>
  new AppError('practice.badFault', `The fault “${text.slice(0, 120)}” cannot be used: ${why}.`);

function amount(text: string, name: string, value: string, most: number): number {
  const number = Number(value);
  if (!/^\d+(\.\d+)?$/.test(value) || number > most) {
    throw refuse(text, `${name} must be a number from 0 to ${most}, not “${value}”`);
  }
  return number;
}

type StatusOutcome = Extract<FaultOutcome, { kind: 'status' }>;
interface Draft {
  rule: FaultRule;
  status?: Partial<StatusOutcome>;
}

/** Settings by name; each reads its value into the draft. */
const settings: Readonly<Record<string, (draft: Draft, value: string) => void>> = {
  method: ({ rule }, value) => {
    rule.method = value.toUpperCase();
  },
  path: ({ rule }, value) => {
    rule.path = value;
  },
  nth: ({ rule }, value) => {
    rule.nth = amount(rule.text, 'nth', value, 1e9);
  },
  times: ({ rule }, value) => {
    rule.times = amount(rule.text, 'times', value, 1e9);
  },
  probability: ({ rule }, value) => {
    rule.probability = amount(rule.text, 'probability', value, 1);
  },
  delay: ({ rule }, value) => {
    rule.delayMs = amount(rule.text, 'delay', value, 3_600_000);
  },
  status: (draft, value) => {
    const status = amount(draft.rule.text, 'status', value, 599);
    if (!Number.isInteger(status) || status < 200) throw refuse(draft.rule.text, 'status must be from 200 to 599');
    draft.status = { ...draft.status, status };
  },
  body: (draft, value) => {
    const body = bodies.find((known) => known === value);
    if (body === undefined) throw refuse(draft.rule.text, `body must be one of ${bodies.join(', ')}`);
    draft.status = { ...draft.status, body };
  },
  'retry-after': (draft, value) => {
    draft.status = { ...draft.status, headers: { 'retry-after': value } };
  },
  action: (draft, value) => word(draft, value, []),
  cut: (draft, value) => word(draft, `cut-${value}`, []),
};

function word(draft: Draft, text: string, ownMarks: readonly string[]): void {
  const { rule } = draft;
  const outcome = outcomes.find((known) => known === text);
  const effect = faultEffects.find((known) => known === text);
  if (text === 'handled') draft.status = { ...draft.status, handled: true };
  else if (effect !== undefined) rule.effects.push(effect);
  else if (outcome !== undefined) {
    if (rule.outcome !== undefined) throw refuse(rule.text, 'it names two outcomes');
    rule.outcome = { kind: outcome };
  } else if (text === 'repeat-page' || ownMarks.includes(text)) rule.marks.push(text);
  else throw refuse(rule.text, `“${text}” is not a fault of this simulator`);
}

/**
 * Reads a fault rule.
 * @param text segments separated by `;`: `name=value` or a word. The first may be a name of `named`, which is expanded.
 * @param named faults that the simulator offers by name, as rule text.
 * @param ownMarks words that the simulator's routes interpret themselves.
 * @throws AppError practice.badFault
 */
export function parseFault(
  text: string,
  named: Readonly<Record<string, string>> = {},
  ownMarks: readonly string[] = [],
): FaultRule {
  const parts = text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const expansion = Object.hasOwn(named, parts[0] ?? '') ? named[parts[0] ?? ''] : undefined;
  const segments = expansion === undefined ? parts : [...expansion.split(';'), ...parts.slice(1)];
  const draft: Draft = { rule: { text, effects: [], marks: [] } };
  for (const segment of segments) {
    const equals = segment.indexOf('=');
    if (equals < 0) {
      word(draft, segment.trim(), ownMarks);
      continue;
    }
    const name = segment.slice(0, equals).trim();
    const read = Object.hasOwn(settings, name) ? settings[name] : undefined;
    if (read === undefined) throw refuse(text, `it has no setting “${name}”`);
    read(draft, segment.slice(equals + 1).trim());
  }
  return finish(draft);
}

function finish({ rule, status }: Draft): FaultRule {
  if (status !== undefined) {
    if (status.status === undefined) throw refuse(rule.text, 'body, retry-after and handled need a status');
    if (rule.outcome !== undefined) throw refuse(rule.text, 'it names two outcomes');
    rule.outcome = {
      kind: 'status',
      status: status.status,
      body: status.body ?? 'json',
      handled: status.handled ?? false,
      headers: status.headers ?? {},
    };
  }
  const idle = rule.effects.length === 0 && rule.marks.length === 0 && rule.delayMs === undefined;
  if (rule.outcome === undefined && idle) throw refuse(rule.text, 'it does nothing');
  return rule;
}

/** The faults of a running simulator. */
export interface FaultBook {
  /** @throws AppError practice.badFault */
  add(text: string): void;
  clear(): void;
  list(): { text: string; seen: number; applied: number }[];
  /** What applies to this request; counts it. `target` is the path with its query. */
  match(method: string, target: string): AppliedFaults;
}

const matchesPath = (pattern: string, target: string): boolean => {
  let from = 0;
  for (const part of pattern.split('*')) {
    const at = target.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
};

/** Makes a fault book; `random` decides probabilities. */
export function createFaultBook(
  random: () => number,
  named: Readonly<Record<string, string>> = {},
  ownMarks: readonly string[] = [],
): FaultBook {
  let entries: { rule: FaultRule; seen: number; applied: number }[] = [];
  const applies = (entry: (typeof entries)[number]): boolean => {
    const { rule } = entry;
    if (rule.nth !== undefined && entry.seen < rule.nth) return false;
    if (entry.applied >= (rule.times ?? (rule.nth === undefined ? Number.POSITIVE_INFINITY : 1))) return false;
    return rule.probability === undefined || random() < rule.probability;
  };
  return {
    add: (text) => {
      entries.push({ rule: parseFault(text, named, ownMarks), seen: 0, applied: 0 });
    },
    clear: () => {
      entries = [];
    },
    list: () => entries.map(({ rule, seen, applied }) => ({ text: rule.text, seen, applied })),
    match(method, target) {
      const result: AppliedFaults = { texts: [], delayMs: 0, effects: [], marks: new Set() };
      for (const entry of entries) {
        const { rule } = entry;
        if (rule.method !== undefined && rule.method !== method) continue;
        if (rule.path !== undefined && !matchesPath(rule.path, target)) continue;
        entry.seen += 1;
        if (rule.outcome !== undefined && result.outcome !== undefined) continue;
        if (!applies(entry)) continue;
        entry.applied += 1;
        result.texts.push(rule.text);
        result.delayMs += rule.delayMs ?? 0;
        result.effects.push(...rule.effects);
        for (const mark of rule.marks) result.marks.add(mark);
        if (rule.outcome !== undefined) result.outcome = rule.outcome;
      }
      return result;
    },
  };
}
