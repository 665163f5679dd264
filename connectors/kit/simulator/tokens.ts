/** Tokens of a simulator: issued, checked against its clock, revoked, expired at once. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { SimulatorClock } from './clock.ts';

/** What a simulator knows of a token it issued. */
export interface IssuedToken {
  kind: 'access' | 'refresh' | 'code' | 'session';
  /** Whom it was issued to, such as the client id. */
  subject: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  /** Further facts, such as the company or a PKCE challenge. */
  data: Readonly<Record<string, string>>;
}

/** The answer of a check. */
export type TokenCheck =
  | { state: 'valid'; token: IssuedToken }
  | { state: 'expired'; token: IssuedToken }
  | { state: 'unknown' };

/** The tokens of one simulator. Revoked tokens are forgotten: they answer `unknown`. */
export interface TokenStore {
  /** Issues an opaque token that lives `seconds` of the simulator's clock. */
  issue(kind: IssuedToken['kind'], subject: string, seconds: number, data?: Readonly<Record<string, string>>): string;
  check(token: string | undefined, kind?: IssuedToken['kind']): TokenCheck;
  revoke(token: string): void;
  revokeAll(): void;
  /** Lets every token issued so far be expired now. */
  expireAll(): void;
  /** Tokens that are valid now, such as open sessions. */
  valid(kind: IssuedToken['kind']): readonly IssuedToken[];
  /** Whether `given` is the secret expected, and the secret has not been revoked. Constant-time. */
  acceptsSecret(given: string | undefined, expected: string): boolean;
  setSecretRevoked(revoked: boolean): void;
}

/** Reads the token of an `Authorization: Bearer …` header. */
export const bearerToken = (authorization: string | undefined): string | undefined =>
  /^Bearer\s+(\S+)\s*$/i.exec(authorization ?? '')?.[1];

/** Makes an empty token store on a clock. */
export function createTokens(clock: SimulatorClock): TokenStore {
  const tokens = new Map<string, IssuedToken>();
  let secretRevoked = false;
  return {
    issue(kind, subject, seconds, data = {}) {
      const token = randomBytes(24).toString('base64url');
      tokens.set(token, { kind, subject, expiresAt: clock.now() + seconds * 1000, data });
      return token;
    },
    check(token, kind) {
      const found = token === undefined ? undefined : tokens.get(token);
      if (found === undefined || (kind !== undefined && found.kind !== kind)) return { state: 'unknown' };
      return { state: found.expiresAt > clock.now() ? 'valid' : 'expired', token: found };
    },
    revoke: (token) => {
      tokens.delete(token);
    },
    revokeAll: () => tokens.clear(),
    expireAll: () => {
      for (const [name, token] of tokens) tokens.set(name, { ...token, expiresAt: clock.now() });
    },
    valid: (kind) => [...tokens.values()].filter((token) => token.kind === kind && token.expiresAt > clock.now()),
    acceptsSecret(given, expected) {
      if (secretRevoked || given === undefined) return false;
      const a = Buffer.from(given);
      const b = Buffer.from(expected);
      return a.length === b.length && timingSafeEqual(a, b);
    },
    setSecretRevoked: (revoked) => {
      secretRevoked = revoked;
    },
  };
}
