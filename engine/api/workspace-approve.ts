/** Approving a posting run: by the posting sheet of a dry run, which the store keeps, or by the rules for runs without one. */
import { AppError } from '../model/error.ts';
import { type Approval, approvalFrom, type BasisParts, isFinishedDryRun, runBasis } from '../run/approval.ts';
import { buildSheet } from '../run/posting-sheet.ts';
import type { Store } from '../store/index.ts';

/** Names a posting sheet: the dry run, and the hash of what the person saw; without the hash, the sheet as it is stored. */
export interface SheetReference {
  runId: string;
  hash?: string;
}

/** The parts of a workspace that approving needs. */
interface ApprovingParts {
  store: Pick<Store, 'runs' | 'audit'>;
  user: string;
}

/**
 * The approval of a posting run, recorded in the audit chain. Undefined where the run may post without a sheet.
 * @throws AppError approval.required, approval.stale
 */
export async function approveRun(
  { store, user }: ApprovingParts,
  runId: string,
  parts: BasisParts,
  reference: SheetReference | undefined,
): Promise<Approval | undefined> {
  const basis = runBasis(parts);
  const { document } = parts;
  if (reference === undefined) {
    const production = productionTargets(parts);
    if (production.length === 0 || (await wasTried(store, document.id, basis.flow))) return undefined;
    throw new AppError(
      'approval.required',
      `“${document.name}” writes to ${production.join(' and ')}, which is production, and was never run dry as it is now.`,
    );
  }
  const run = await store.runs.get(reference.runId);
  if (run.flowId !== document.id)
    throw new AppError('approval.required', `The run ${run.id} is of “${run.flowName}”, not of “${document.name}”.`);
  // All vouchers as stored, also those that a long sheet does not list; none of them is kept.
  const { hash } = buildSheet(run.id, run.flowId, store.runs.eachVoucher(run.id), 0);
  const sheet = { runId: run.id, hash, vouchers: store.runs.eachVoucher(run.id) };
  const approval = approvalFrom({ run, sheet, hash: reference.hash ?? sheet.hash, basis, now: Date.now() });
  await store.audit.append({
    event: 'approved',
    who: user,
    runId,
    flowId: document.id,
    flowVersion: document.version,
    payloadHash: approval.hash,
    detail: `Posting sheet of the dry run ${approval.runId}.`,
  });
  return approval;
}

/** Names of the production connections that a flow writes to. */
export function productionTargets({ document, connections }: BasisParts): string[] {
  const slots = document.nodes
    .filter(({ kind, disabled }) => kind === 'write' && disabled !== true)
    .map(({ config }) => config.slot);
  const bound = [...new Set(slots)].map((slot) => (typeof slot === 'string' ? connections[slot] : undefined));
  return bound.flatMap((connection) => (connection?.environment === 'production' ? [connection.name] : []));
}

/** Whether a dry run of the same flow content has finished, whenever that was. */
async function wasTried(store: Pick<Store, 'runs'>, flowId: string, flow: string): Promise<boolean> {
  const limit = 200;
  for (let offset = 0; ; offset += limit) {
    const { entries, total } = await store.runs.list({ flowId, kind: ['dry'] }, { offset, limit });
    if (entries.some((run) => isFinishedDryRun(run) && run.basis?.flow === flow)) return true;
    if (offset + limit >= total) return false;
  }
}
