/** Masking at the HTTP edge: what is stored, thrown or shown never holds a secret, a bank account or a tax number. */

/** What stands in for a masked value. */
export const mask = '••••';

/** Longest body kept of an exchange, in characters. */
export const bodyLimit = 32_768;

const secretHeader =
  /^(authorization|proxy-authorization|cookie|set-cookie|.*(token|secret|api-?key|password|signature).*)$/i;

/**
 * Names of fields whose values are masked: sign-in material, bank accounts, tax and social security numbers. Tax codes and
 * categories are not among them: they are needed to understand a posting.
 */
const secretName = [
  '(?:[a-z0-9_.-]*(?:password|passwd|passphrase|secret|private_?key|api_?key))',
  // Of signed addresses: whoever has them has the file.
  'sig|(?:x-amz-)?(?:signature|credential|security-token)',
  '(?:[a-z0-9_.-]*(?:access|refresh|id|bearer|auth|session|csrf)_?-?token)',
  'token|assertion|code_verifier|authorization|cookie|credential',
  '(?:[a-z0-9_.-]*(?:iban|swift|bic|routing_?(?:number|no)|sort_?code|bank_?account(?:_?(?:number|no|num|id))?|account_?number_?bank))',
  '(?:[a-z0-9_.-]*(?:tax_?(?:registration_?id|registration_?(?:number|no)|exempt_?number|id(?:entification)?(?:_?(?:number|no))?|payer_?id|number)|vat_?(?:number|id|registration_?(?:number|no))|ssn|ein|abn|business_?(?:id|register(?:_attributes)?)|federal_?id))',
].join('|');

// The look ahead passes over everything that is no name of a field at once: bodies are long and most of their texts are values.
const jsonPair = new RegExp(
  `("(?=[a-z0-9_.-]+"\\s*:)(?:${secretName})"\\s*:\\s*)(?:"(?:[^"\\\\]|\\\\.)*(?:"|$)|\\{[^{}]*(?:\\}|$)|[^\\s,}\\]"{\\[]+)`,
  'gi',
);
const formPair = new RegExp(`((?:^|[&?;\\s])(?:${secretName}|code|client_secret)=)[^&\\s]*`, 'gi');
const hidePair = (pair: string, name: string): string => (blankPair.test(pair) ? pair : `${name}"${mask}"`);
const blankPair = /^"[^"]*"\s*:\s*(?:null|""|\{\s*\})$/i;

/** Hides secrets in texts, headers and addresses. One per connection: it learns tokens as they are issued. */
export class Masker {
  readonly #secrets = new Set<string>();
  #pattern: RegExp | undefined;

  /** @param secrets values to hide wherever they appear; those under four characters are left alone: they would hide half the text. */
  constructor(secrets: Iterable<string> = []) {
    for (const secret of secrets) this.learn(secret);
  }

  /** Hides a value from now on, also in its URL-encoded, JSON-escaped and base64 forms. */
  learn(secret: string): void {
    if (secret.length < 4 || this.#secrets.has(secret)) return;
    const forms = [
      secret,
      encodeURIComponent(secret),
      new URLSearchParams({ s: secret }).toString().slice(2),
      Buffer.from(secret, 'utf8').toString('base64'),
    ];
    // Servers differ in what they escape beyond what JSON asks for.
    const json = JSON.stringify(secret).slice(1, -1);
    const ascii = json.replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
    for (const form of [...forms, json, ascii, json.replaceAll('/', '\\/'), ascii.replaceAll('/', '\\/')])
      this.#secrets.add(form);
    const sorted = [...this.#secrets].sort((a, b) => b.length - a.length);
    this.#pattern = new RegExp(sorted.map((value) => value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'g');
  }

  /** A text with learned secrets and the values of secret-named fields hidden. */
  text(text: string): string {
    const hidden = this.#pattern === undefined ? text : text.replace(this.#pattern, mask);
    const pairs = hidden.includes('"') ? hidden.replace(jsonPair, hidePair) : hidden;
    return pairs.includes('=') ? pairs.replace(formPair, `$1${mask}`) : pairs;
  }

  /** A problem as a server told it, with its texts masked. */
  problem<Problem extends { message?: string; fields?: Record<string, string> }>(problem: Problem): Problem {
    const masked = { ...problem };
    if (problem.message !== undefined) masked.message = this.text(problem.message);
    if (problem.fields !== undefined) {
      masked.fields = Object.fromEntries(Object.entries(problem.fields).map(([name, text]) => [name, this.text(text)]));
    }
    return masked;
  }

  /** A body, masked and cut to {@link bodyLimit} characters. Masked before cutting, so that no half secret is left at the cut. */
  body(text: string, limit = bodyLimit): string {
    if (text.length <= limit) return this.text(text);
    return `${this.text(text.slice(0, limit + 8192)).slice(0, limit)}… (${text.length} characters)`;
  }

  /** Headers with names in lower case, secrets hidden. */
  headers(headers: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name.toLowerCase(),
        secretHeader.test(name) ? mask : this.text(value),
      ]),
    );
  }
}
