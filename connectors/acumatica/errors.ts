/**
 * Reads Acumatica's error bodies. Decides by status, exception type and shape; message text is a last resort, for it is localised.
 * @source OpenAPI of Default/24.200.001 (HttpError); exception types noted by public clients; reference sheet section 10
 */
import type { Fields, Value } from '../../engine/model/record.ts';
import type { FailedAnswer, RemoteProblem } from '../kit/http-errors.ts';
import { asFields, asText } from '../kit/json.ts';

/** The innermost exception of a body, where the cause is. */
function deepest(body: Fields): Fields {
  let current = body;
  for (let depth = 0; depth < 20; depth += 1) {
    const inner = asFields(current.innerException);
    if (inner === undefined) return current;
    current = inner;
  }
  return current;
}

const clean = (message: string): string =>
  message
    .replace(/^\s*Error:\s*/i, '')
    .replace(/\s+/g, ' ')
    .trim();

/** Collects `error` members of an entity echo: on wrapped fields, on rows, and on the entity itself (path ``). */
export function collectErrors(body: Fields, path = ''): Record<string, string> {
  const found: Record<string, string> = {};
  const prefix = path === '' ? '' : `${path}.`;
  for (const [name, value] of Object.entries(body)) {
    if (name === 'error') {
      if (typeof value === 'string' && value !== '') found[path] = clean(value);
    } else if (Array.isArray(value)) {
      for (const [index, row] of value.entries())
        Object.assign(found, collectErrors(asFields(row) ?? {}, `${prefix}${name}.${index}`));
    } else if (!['_links', 'innerException', 'modelState'].includes(name)) {
      const nested = asFields(value);
      if (nested !== undefined) Object.assign(found, collectErrors(nested, prefix + name));
    }
  }
  return found;
}

/** Positions as people count them: `1`, `1 to 3`, `2 and 5`. */
export function countedLines(indexes: readonly number[]): string {
  const sorted = indexes.map((index) => index + 1).toSorted((a, b) => a - b);
  const [first = 1] = sorted;
  const last = sorted.at(-1) ?? first;
  if (sorted.length > 2 && last - first === sorted.length - 1) return `${first} to ${last}`;
  return sorted.length < 2 ? `${first}` : `${sorted.slice(0, -1).join(', ')} and ${last}`;
}

/** Field errors as one sentence each: the same refusal on many lines is said once, with the lines it is about. */
export function summarize(fields: Readonly<Record<string, string>>): string {
  const groups = new Map<string, { name: string; message: string; lines: number[] }>();
  for (const [path, message] of Object.entries(fields)) {
    const match = /^[^.]+\.(\d+)(?:\.(.+))?$/.exec(path);
    const name = match === null ? path : (match[2] ?? 'line');
    const group = groups.get(`${name}\u0000${message}`) ?? { name, message, lines: [] };
    if (match !== null) group.lines.push(Number(match[1]));
    groups.set(`${name}\u0000${message}`, group);
  }
  return [...groups.values()]
    .map(({ name, message, lines }) => {
      const where = lines.length === 0 ? '' : ` (line${lines.length > 1 ? 's' : ''} ${countedLines(lines)})`;
      return `${name}${where}: ${message.replace(/\.+$/, '')}`;
    })
    .join('; ');
}

/** `modelState`: lists of messages by member. */
function modelState(value: Value | undefined): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, messages] of Object.entries(asFields(value) ?? {})) {
    found[name] = Array.isArray(messages) ? messages.map(String).join(' ') : String(messages);
  }
  return found;
}

const withoutTags = (text: string): string =>
  text
    .replace(/<(style|script|head)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300);

/** Phrase of the licence message. It is the only mark some builds give. */
const loginLimit = /api\s+login\s+limit/i;

/** What a form says while an operation of the same session runs on it. */
const stillWorking = /previous operation has not been completed/i;

/** What a save says that came second. */
const otherProcess = /another process has (?:updated|added)/i;

/** A licence bounds the lines of one document; the wording is assumed. */
const lineLimit = /licen[cs]e\b[\s\S]*\blines\b|\blines\b[\s\S]*\blicen[cs]e/i;

const sessionLimit = (retry: boolean): RemoteProblem => ({
  code: 'remote.sessionLimit',
  message: 'no API user of the licence is free (API Login Limit)',
  // An answer of a system that is well, whatever its status: it must not count as an outage.
  refused: true,
  retry,
});

/** What a user may not see is not there for Acumatica: it says so in the same words. */
const maybeHidden =
  'Correct what Acumatica names, then replay. If it does exist there, the API user may not see it: check the restriction groups and branches of the user.';

/** A refused save. An error on the post period means that none is open for the date: closed in the ledger, or for payables. */
function validation(body: Fields | undefined, text: string): RemoteProblem {
  if (body === undefined) return { message: withoutTags(text) || 'no reason given' };
  const all = collectErrors(body);
  const fields = Object.fromEntries(Object.entries(all).filter(([path]) => path !== ''));
  const exception = asText(deepest(body).exceptionMessage);
  const list = summarize(fields);
  const whole = Object.hasOwn(all, '') ? all[''] : asText(body.message);
  const message = list !== '' ? `${list}.` : clean(exception ?? whole ?? 'no reason given');
  if (Object.hasOwn(fields, 'PostPeriod')) return { code: 'remote.periodClosed', message, fields };
  const isAboutParty = Object.keys(fields).some((path) =>
    /(?:^|\.)(?:Vendor|VendorID|Project|ProjectID|Branch\w*)$/.test(path),
  );
  return { code: 'remote.rejected', message, fields, ...(isAboutParty ? { hint: maybeHidden } : {}) };
}

function serverError(body: Fields | undefined, text: string): RemoteProblem | undefined {
  if (loginLimit.test(text)) return sessionLimit(true);
  if (body === undefined) return undefined;
  const { exceptionType, exceptionMessage } = deepest(body);
  const outer = asText(body.exceptionType) ?? '';
  const types = `${outer} ${asText(exceptionType) ?? ''}`;
  const message = clean(asText(exceptionMessage) ?? asText(body.message) ?? '');
  if (types.trim() === '' && message === '') return undefined;
  if (types.includes('NoEntitySatisfiesTheCondition')) return { code: 'remote.notFound', message, refused: true };
  if (types.includes('CannotOptimize') || /^Optimization cannot be performed/i.test(message)) {
    return {
      code: 'remote.rejected',
      message,
      refused: true,
      hint: 'The list cannot be expanded; Costwire reads the records one by one instead.',
    };
  }
  if (types.includes('PXSetupNotEntered')) {
    return {
      code: 'remote.forbidden',
      message,
      refused: true,
      hint: 'Complete the setup of the module in Acumatica, then ping the connection.',
    };
  }
  // The phrase is the only mark: a form that is still working refuses everything with a plain exception. Nothing was begun.
  if (stillWorking.test(message)) return { code: 'remote.conflict', message, refused: true, retry: true };
  // Two saved the record at the same time, and this one was not. The phrase stands for builds that name another type.
  if (types.includes('PXLockViolation') || otherProcess.test(message))
    return { code: 'remote.conflict', message, refused: true, retry: true };
  if (lineLimit.test(message)) {
    return {
      code: 'remote.rejected',
      message,
      refused: true,
      hint: 'Split the document in the source or by the flow, or have the licence limit raised (License Monitoring Console, form SM604000).',
    };
  }
  if (types.includes('PXUndefinedCompany')) return { code: 'remote.wrongCompany', message, refused: true };
  if (types.includes('OutcomeEntityHasErrors')) return { ...validation(body, text), refused: true };
  if (/Timeout|Deadlock|Connection|OutOfMemory|ThreadAbort/i.test(types)) return { message };
  // Everything else that carries an exception of the platform is a business rule: nothing was saved.
  return types.trim() === '' ? { message } : { code: 'remote.rejected', message, refused: true };
}

/** What an error answer says. */
export function readProblem({ status, value, text }: FailedAnswer): RemoteProblem | undefined {
  const body = asFields(value);
  if (status === 422) return validation(body, text);
  if (status === 429)
    return loginLimit.test(text) ? sessionLimit(true) : { message: 'the licence declines further requests for now' };
  if (status >= 500) return serverError(body, text);
  if (status === 413) return { message: 'the web server in front of it takes no request of that size' };
  if (status === 412)
    return {
      code: 'remote.conflict',
      message: asText(body?.message) ?? 'the record exists already, or does not exist',
    };
  if (status === 403) {
    return {
      message: asText(body?.message) ?? withoutTags(text),
      hint: 'Give the API user access to the form, or switch the feature on in Acumatica.',
    };
  }
  if (body === undefined) return undefined;
  const fields = modelState(body.modelState);
  const details = Object.values(fields).join(' ');
  const message =
    asText(deepest(body).exceptionMessage) ?? asText(details) ?? asText(body.messageDetail) ?? asText(body.message);
  return { ...(message === undefined ? {} : { message }), ...(Object.keys(fields).length === 0 ? {} : { fields }) };
}
