import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { connectors } from '../../connectors/index.ts';
import { runCase } from '../../connectors/kit/conformance.ts';
import { cases, profileOf } from './suite.ts';

describe.each(connectors.filter(({ simulator }) => simulator !== undefined))('$id', (connector) => {
  it('has a conformance profile', () => {
    const file = fileURLToPath(new URL(`./${connector.id}/conformance.ts`, import.meta.url));
    expect(existsSync(file), `${file} is missing`).toBe(true);
  });

  it.each(cases.map((test) => [test.name, test] as const))('%s', async (_name, test) => {
    const result = await runCase(test, connector, await profileOf(connector));
    expect(result.message).toBeUndefined();
    expect(result.outcome).not.toBe('fail');
  });
});
