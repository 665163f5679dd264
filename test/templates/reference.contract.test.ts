/** What the suite of every connector and a run of every template send, against the vendors' published descriptions. */
import { readdirSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { connectors } from '../../connectors/index.ts';
import { runCase } from '../../connectors/kit/conformance.ts';
import { cases, profileOf } from '../connectors/suite.ts';
import { checkAcumatica } from '../support/reference/acumatica.ts';
import { hear } from '../support/reference/heard.ts';
import { checkProcore } from '../support/reference/procore.ts';
import { startPractice } from './practice.ts';

const heard = hear({ procore: checkProcore, acumatica: checkAcumatica });
afterAll(heard.stop);

/** What was found since the last question, and how many requests there were. */
function told(): { findings: string[]; requests: number } {
  const systems = ['procore', 'acumatica'].map(heard.of);
  const findings = systems.flatMap((system) => [...system.findings.keys()]);
  const requests = systems.flatMap((system) => [...system.operations.values()]).reduce((sum, count) => sum + count, 0);
  for (const system of systems) {
    system.findings.clear();
    system.operations.clear();
  }
  return { findings, requests };
}

const templates = readdirSync(new URL('../../templates', import.meta.url))
  .filter((name) => name.endsWith('.template.json'))
  .map((name) => name.replace('.template.json', ''));

describe('the published descriptions have every call', () => {
  it.each(
    connectors.filter(({ id }) => id === 'procore' || id === 'acumatica').map((each) => [each.id, each] as const),
  )('of the conformance suite for %s', async (_id, connector) => {
    const profile = await profileOf(connector);
    for (const test of cases) await runCase(test, connector, profile);
    const { findings, requests } = told();
    expect(findings).toEqual([]);
    expect(requests).toBeGreaterThan(100);
  });

  it('of a run of every template', async () => {
    const practice = await startPractice();
    for (const template of templates) {
      await practice.use(template, template);
      await practice.run('run', template);
    }
    await practice.stop();
    const { findings, requests } = told();
    expect(findings).toEqual([]);
    expect(requests).toBeGreaterThan(500);
  }, 600_000);
});
