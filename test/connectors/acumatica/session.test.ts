import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, it } from 'vitest';
import { joinSession } from '../../../connectors/acumatica/session.ts';
import { readSettings } from '../../../connectors/acumatica/settings.ts';
import type { ConnectContext } from '../../../engine/model/connector.ts';

it('keeps work with the record it is done for, also when it waited for other work', async () => {
  const fields = { instanceUrl: 'http://127.0.0.1:1', clientId: 'c@t', username: 'u', tenant: 't', branch: 'MAIN' };
  const context: ConnectContext = {
    connectionId: 'c_1',
    environment: 'practice',
    fields,
    secrets: { password: 'p', clientSecret: 's' },
    signal: new AbortController().signal,
    now: () => 0,
    sleep: async () => undefined,
  } as unknown as ConnectContext;
  const session = joinSession(context, readSettings({ fields, secrets: { password: 'p', clientSecret: 's' } }));
  const record = new AsyncLocalStorage<string>();
  const told = await Promise.all(
    ['a', 'b', 'c'].map((key) =>
      record.run(key, () =>
        session.alone(async () => {
          await Promise.resolve();
          return record.getStore();
        }),
      ),
    ),
  );
  expect(told).toEqual(['a', 'b', 'c']);
});
