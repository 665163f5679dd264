/** The conformance suite and the profiles beside each connector's tests. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ConformanceCase, ConformanceProfile } from '../../connectors/kit/conformance.ts';
import { readCases } from '../../connectors/kit/conformance-read.ts';
import { writeCases } from '../../connectors/kit/conformance-write.ts';
import type { Connector } from '../../engine/model/connector.ts';

/** All cases, in the order they are told. */
export const cases: readonly ConformanceCase[] = [...readCases, ...writeCases];

/** Whether the connector's tests hold a profile. */
export const hasProfile = (connector: Connector): boolean =>
  existsSync(fileURLToPath(new URL(`./${connector.id}/conformance.ts`, import.meta.url)));

/** The profile of a connector, from `test/connectors/<id>/conformance.ts`. */
export async function profileOf(connector: Connector): Promise<ConformanceProfile> {
  const module = (await import(`./${connector.id}/conformance.ts`)) as { profile: ConformanceProfile };
  return module.profile;
}
