/** A connect context for tests: virtual waiting, seeded chance, and everything it was told kept for inspection. */
import type { ConnectContext, Exchange, WaitNotice } from '../../../engine/model/connector.ts';

let serial = 0;

/** A context whose waits take no time but move its clock. Connection ids are fresh, so nothing is shared between tests. */
export function testContext(overrides: Partial<ConnectContext> = {}) {
  const exchanges: Exchange[] = [];
  const waits: WaitNotice[] = [];
  const saved: Record<string, string> = {};
  let skewMs = 0;
  serial += 1;
  const context: ConnectContext = {
    connectionId: `test-${process.pid}-${serial}`,
    environment: 'practice',
    fields: {},
    secrets: {},
    signal: new AbortController().signal,
    now: () => Date.now() + skewMs,
    sleep: (ms) => {
      skewMs += ms;
      return Promise.resolve();
    },
    random: () => 0.5,
    onExchange: (exchange) => exchanges.push(exchange),
    onWait: (notice) => waits.push(notice),
    saveSecret: (name, value) => {
      saved[name] = value;
      return Promise.resolve();
    },
    ...overrides,
  };
  return { context, exchanges, waits, saved, advance: (ms: number) => (skewMs += ms) };
}
