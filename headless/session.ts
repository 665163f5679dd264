/** Who may talk to the headless host: one-time opening tokens become session cookies. Nothing else is accepted. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const lifetimeMs = 15 * 60 * 1000;

/** Equal texts, in a time that does not depend on where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** The tokens and the session of one running host. All browsers that opened it share the session secret. */
export class Sessions {
  private readonly session = randomBytes(32).toString('base64url');
  private readonly tokens = new Map<string, number>();
  private readonly now: () => number;

  constructor(now: () => number = Date.now) {
    this.now = now;
  }

  /** A token that opens the host once, within fifteen minutes. */
  issue(): string {
    const token = randomBytes(32).toString('base64url');
    this.tokens.set(token, this.now() + lifetimeMs);
    return token;
  }

  /** Takes a token; true the first time only. */
  redeem(candidate: string): boolean {
    for (const [token, until] of this.tokens) {
      if (!sameSecret(token, candidate)) continue;
      this.tokens.delete(token);
      return this.now() < until;
    }
    return false;
  }

  /** The cookie to set; cookies are shared by all ports of a machine, so its name carries the port. */
  cookie(port: number): string {
    return `${cookieName(port)}=${this.session}; HttpOnly; SameSite=Strict; Path=/`;
  }

  /** Whether a request's cookie header carries the session. */
  accepts(cookieHeader: string | undefined, port: number): boolean {
    const name = `${cookieName(port)}=`;
    const values = (cookieHeader ?? '').split(';').map((part) => part.trim());
    const own = values.find((part) => part.startsWith(name));
    return own !== undefined && sameSecret(own.slice(name.length), this.session);
  }
}

const cookieName = (port: number) => `costwire_${port}`;
