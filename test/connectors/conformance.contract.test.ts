import { describe, expect, it } from 'vitest';
import { connectors } from '../../connectors/index.ts';
import { runCase } from '../../connectors/kit/conformance.ts';
import { cases, hasProfile, profileOf } from './suite.ts';

describe.each(connectors.filter(({ simulator }) => simulator !== undefined))('$id', (connector) => {
  it('has a conformance profile', () => {
    expect(hasProfile(connector)).toBe(true);
  });

  it.each(cases.map((test) => [test.name, test] as const))('%s', async (_name, test) => {
    const result = await runCase(test, connector, await profileOf(connector));
    expect(result.message).toBeUndefined();
    expect(result.outcome).not.toBe('fail');
  });
});
