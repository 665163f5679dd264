/** Looks for secrets in what is about to leave the workspace. */

const suspicious: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'a private key'],
  [/\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{5,}/, 'an access token'],
  [/\bBearer\s+[\w.~+/-]{20,}/i, 'an access token'],
  [/\bAKIA[0-9A-Z]{16}\b/, 'an access key'],
  [/[a-z][a-z0-9+.-]*:\/\/[^\s/:@"']+:[^\s/@"']+@/i, 'an address with a password'],
  [/[a-z0-9.-]*[a-z]:\/\/[^\s"']+/i, 'an address'],
];
const secretName = /(secret|password|passwd|api[-_]?key|access[-_]?token|refresh[-_]?token|private[-_]?key)$/i;

/**
 * The first thing in a template that must not be in one: a secret by its look or by its name, or an address.
 * @returns what and where, to complete "The export holds …"; undefined where there is nothing.
 */
export function findSecret(content: unknown, path = ''): string | undefined {
  if (typeof content === 'string') {
    const found = suspicious.find(([pattern]) => pattern.test(content));
    return found === undefined ? undefined : `${found[1]} at "${path}"`;
  }
  if (typeof content !== 'object' || content === null) return undefined;
  for (const [name, value] of Object.entries(content)) {
    const place = path === '' ? name : `${path}.${name}`;
    if (secretName.test(name) && typeof value === 'string' && value !== '') return `a secret at "${place}"`;
    const found = findSecret(value, place);
    if (found !== undefined) return found;
  }
  return undefined;
}
