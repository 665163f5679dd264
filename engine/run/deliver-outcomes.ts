/** What a delivery that was settled later means for the records of the run that sent it. */
import type { RecordOutcome } from '../model/run.ts';
import type { LedgerRow } from '../store/deliveries.ts';
import { type Ending, endingOutcome } from './deliver-effects.ts';
import type { DeliveryTarget } from './ports.ts';

/** Outcomes of a row's source records without their status. */
export const sourceOutcomes = (row: LedgerRow): Omit<RecordOutcome, 'status'>[] =>
  row.sources.map(({ key, origin, amount, currency }) => ({
    runId: row.runId,
    key,
    nodeId: row.nodeId,
    origin,
    businessKey: row.businessKey,
    ...(amount === undefined ? {} : { amount }),
    ...(currency === undefined ? {} : { currency }),
  }));

/** The outcomes of the run that sent a document whose answer was lost, now that it is known. */
export function earlierOutcomes(target: DeliveryTarget, ending: Ending): RecordOutcome[] {
  const more = endingOutcome(target, ending);
  return sourceOutcomes(ending.row).map((outcome) => ({ ...outcome, ...more }));
}
