/** What all clients of one connection share within the process: rate windows, breaker, and the masker of a context. */
import type { ConnectContext } from '../../engine/model/connector.ts';
import { Breaker } from './breaker.ts';
import { type Limits, RateLimiter } from './limits.ts';
import { Masker } from './mask.ts';

/** Shared state of a connection at one address. */
export interface SharedConnection {
  limiter: RateLimiter;
  breaker: Breaker;
}

const connections = new Map<string, SharedConnection>();
const maskers = new WeakMap<ConnectContext, Masker>();

/** The shared state of a connection id at an address; made on first use with the limits given then. */
export function sharedConnection(connectionId: string, address: string, limits: Limits): SharedConnection {
  const key = `${connectionId}\n${address}`;
  const known = connections.get(key);
  if (known !== undefined) return known;
  const made = { limiter: new RateLimiter(limits), breaker: new Breaker() };
  connections.set(key, made);
  return made;
}

/** The masker of a context: knows its secrets and learns the tokens issued for them. */
export function maskerOf(context: ConnectContext): Masker {
  const known = maskers.get(context);
  if (known !== undefined) return known;
  const made = new Masker(Object.values(context.secrets));
  maskers.set(context, made);
  return made;
}
