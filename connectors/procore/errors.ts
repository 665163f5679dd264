/** Reads Procore's error bodies, of which there are ten shapes. @source https://developers.procore.com/documentation/error-reference */
import type { Value } from '../../engine/model/record.ts';
import type { FailedAnswer, RemoteProblem } from '../kit/http-errors.ts';
import { asFields, asList, asText } from '../kit/json.ts';

/** Texts of a value: of a list its elements, of a record its values with their names. */
function texts(value: Value | undefined): string[] {
  const text = asText(value);
  if (text !== undefined) return [text];
  const list = asList(value);
  if (list !== undefined) return list.flatMap(texts);
  return Object.entries(asFields(value) ?? {}).flatMap(([name, inner]) => {
    const found = texts(inner).join(', ');
    return found === '' ? [] : [name === 'base' ? found : `${name} ${found}`];
  });
}

/** Field errors by path: shapes 1 and 8. `base` is about the record as a whole. */
export function fieldErrors(value: Value | undefined, prefix = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, inner] of Object.entries(asFields(value) ?? {})) {
    if (name === 'base') continue;
    if (name === 'fields' && asFields(inner) !== undefined) Object.assign(found, fieldErrors(inner, prefix));
    else if (asFields(inner) !== undefined) Object.assign(found, fieldErrors(inner, `${prefix}${name}.`));
    else found[`${prefix}${name}`] = texts(inner).join(', ');
  }
  return found;
}

/** Shape 4: `{error: {code, message, details: [{source, message}]}}`, and 9: `{error: {error}}`. */
function nestedProblem(error: Value | undefined): RemoteProblem | undefined {
  const fields = asFields(error);
  if (fields === undefined) return undefined;
  const details = asList(fields.details)?.map(asFields) ?? [];
  const sources = details.map((detail): [string, string] => [
    asText(detail?.source) ?? '',
    asText(detail?.message) ?? '',
  ]);
  const named = sources.filter(([source, message]) => source !== '' && message !== '');
  const said = [asText(fields.message) ?? asText(fields.error), ...sources.map(([, message]) => message)];
  const message = said.filter((text) => text !== undefined && text !== '').join(' ');
  return message === '' ? undefined : { message, fields: Object.fromEntries(named) };
}

const hints: Readonly<Record<number, string>> = {
  401: 'Check client id and secret, and that the sign-in address belongs to the same environment as the API address.',
  403: 'Ask the Procore company administrator to check that the app is installed, and that its service account may see the project and the tool. After an app update the list of permitted projects must be set again.',
  404: 'Check that it exists. Procore gives the same answer for what the service account may not see: check its permitted projects.',
};

/** Reads whichever shape came. Plain text is quoted, web pages are not. */
export function readProcoreError({ status, value, text }: FailedAnswer): RemoteProblem {
  const problem = readShape(value, text);
  const hint = hints[status];
  return hint === undefined ? problem : { ...problem, hint };
}

function readShape(value: Value | undefined, text: string): RemoteProblem {
  const fields = asFields(value);
  if (fields === undefined) {
    const plain = (asText(value) ?? (value === undefined ? text : '')).trim();
    return plain === '' || plain.startsWith('<') ? {} : { message: plain.slice(0, 500) };
  }
  if (fields.errors !== undefined) {
    return { message: texts(fields.errors).join('; '), fields: fieldErrors(fields.errors) };
  }
  const nested = nestedProblem(fields.error);
  if (nested !== undefined) return nested;
  const parts = [fields.message, fields.error_description, fields.error, fields.reason].map(asText);
  const message = [...new Set(parts.filter((part) => part !== undefined))].join('; ');
  const named = asText(fields.fields);
  return message === ''
    ? {}
    : { message, fields: named === undefined ? fieldErrors(fields.fields) : { [named]: message } };
}
