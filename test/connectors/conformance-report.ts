/**
 * `npm run -s conformance -- --json`: runs the suite for every connector, against its simulator and, when credentials are in the
 * environment, against a live tenant. The last line is `{<connector>: {<case>: "pass" | "fail" | "skipped"}}`.
 */
import { connectors } from '../../connectors/index.ts';
import { type CaseResult, liveCredentials, runCase, runLiveCase } from '../../connectors/kit/conformance.ts';
import { cases, hasProfile, profileOf } from './suite.ts';

const asJson = process.argv.includes('--json');
const chosen = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const report: Record<string, Record<string, CaseResult['outcome']>> = {};
let failures = 0;

function note(group: string, result: CaseResult): void {
  report[group] = { ...report[group], [result.name]: result.outcome };
  if (result.outcome === 'fail') failures += 1;
  const reason = result.message === undefined ? '' : `: ${result.message}`;
  if (!asJson || result.outcome === 'fail') console.log(`${group} ${result.name} ${result.outcome}${reason}`);
}

for (const connector of connectors) {
  if (connector.simulator === undefined || (chosen.length > 0 && !chosen.includes(connector.id))) continue;
  if (!hasProfile(connector)) {
    note(connector.id, { name: 'has-profile', outcome: 'fail', message: 'its tests hold no conformance profile' });
    continue;
  }
  const profile = await profileOf(connector);
  const credentials = liveCredentials(connector, process.env);
  for (const test of cases) note(connector.id, await runCase(test, connector, profile));
  for (const test of cases) note(`${connector.id} (live)`, await runLiveCase(test, connector, profile, credentials));
}
console.log(JSON.stringify(report));
process.exitCode = failures > 0 ? 1 : 0;
