/** Addresses: what may be called, and how paths and queries are put together without surprises. */
import { AppError } from '../../engine/model/error.ts';

/** A query: a list value is repeated, undefined is left out. Order is kept. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

const loopbackHosts = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Whether an address points at this machine, where plain http is allowed. */
export const isLoopback = (url: URL): boolean => loopbackHosts.test(url.hostname);

/**
 * Checks an address from a connection form.
 * @param label name of the form field, for the message.
 * @returns the address without a trailing slash, query or fragment.
 * @throws AppError connection.missingField, connection.invalidField, connection.insecureAddress
 */
export function checkBaseUrl(text: string | undefined, label: string): string {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') throw new AppError('connection.missingField', `The field “${label}” of the connection is empty.`);
  const url = URL.canParse(trimmed) ? new URL(trimmed) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new AppError(
      'connection.invalidField',
      `“${trimmed.slice(0, 200)}” in the field “${label}” is no web address.`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new AppError(
      'connection.invalidField',
      `The address in the field “${label}” must not contain a user name or password.`,
    );
  }
  if (url.protocol === 'http:' && !isLoopback(url)) {
    throw new AppError(
      'connection.insecureAddress',
      `The address in the field “${label}”, ${url.origin}, is not encrypted.`,
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/**
 * Builds a path from a template whose values are escaped, so that an id can never leave its place.
 * @example path`/rest/v1.0/projects/${projectId}/vendors`
 * @throws AppError data.badValue for an empty value or one that climbs (`.` or `..`).
 */
export function path(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return parts.reduce((built, part, index) => {
    const value = values[index - 1] ?? '';
    if (value === '' || value === '.' || value === '..') {
      throw new AppError('data.badValue', `“${value}” cannot be part of the address ${parts.join('…')}.`);
    }
    return built + encodeURIComponent(value) + part;
  });
}

/** Joins base address, path and query. A path that already has a query keeps it. */
export function joinUrl(baseUrl: string, relative: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const single of typeof value === 'string' ? [value] : value) search.append(name, single);
  }
  const text = search.toString();
  const separator = relative.includes('?') ? '&' : '?';
  return `${baseUrl}${relative === '' || relative.startsWith('/') ? '' : '/'}${relative}${text === '' ? '' : separator + text}`;
}
