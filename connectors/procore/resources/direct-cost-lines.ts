/** Listed direct costs as they are shown singly: the list has neither lines nor attachments, and counts none. */
import type { AppError } from '../../../engine/model/error.ts';
import type { Fields, Scope } from '../../../engine/model/record.ts';
import { asText } from '../../kit/json.ts';
import { path } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import { wholeOf } from '../reading.ts';

/** Direct costs with lines, attachments and employee; an error in the place of one that Procore shows no more. */
export const wholeCosts = (
  client: ProcoreClient,
  rows: readonly Fields[],
  scope: Scope,
  signal: AbortSignal,
): Promise<(Fields | AppError)[]> =>
  Promise.all(
    rows.map(async (row) => {
      const costId = asText(row.id) ?? '';
      const address = {
        path: path`/rest/v1.1/projects/${scope.id}/direct_costs/${costId}`,
        operation: `read direct cost ${costId}`,
      };
      return await wholeOf(client, { ...row, project_id: scope.id }, address, signal);
    }),
  );
