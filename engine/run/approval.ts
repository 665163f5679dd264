/**
 * Nothing is posted unseen: what a dry run was made of, whether its posting sheet still holds, and which vouchers it showed. A run
 * that posts from a sheet sends those and no others.
 */
import type { Connection } from '../model/connection.ts';
import { AppError } from '../model/error.ts';
import type { FlowDocument } from '../model/flow.ts';
import type { MappingTableVersion } from '../model/mapping-table.ts';
import type { Value } from '../model/record.ts';
import type { PostingSheet, RunBasis, RunSummary, Voucher } from '../model/run.ts';
import { tablesNamed } from '../model/tables-named.ts';
import { contentHash } from '../store/canonical.ts';

/** Longest time a posting sheet may be posted from, in milliseconds. Assumed: a working day and its night. */
export const sheetValidMs = 24 * 3_600_000;

/** What a run is made of, as far as it decides what is posted. */
export interface BasisParts {
  document: FlowDocument;
  connections: Readonly<Record<string, Connection | undefined>>;
  tables: readonly MappingTableVersion[];
  parameterValues?: Readonly<Record<string, Value>>;
}

/** The tables that a flow names, with their versions. */
export function tablesUsed(document: FlowDocument, tables: readonly MappingTableVersion[]): Record<string, number> {
  const named = new Set(tablesNamed(document.nodes));
  const used = tables.filter(({ schema }) => named.has(schema.id));
  return Object.fromEntries(used.map(({ schema, version }) => [schema.id, version]));
}

/** Hashes of what decides: names, labels, notes, layout and version numbers do not. */
export function runBasis({ document, connections, tables, parameterValues = {} }: BasisParts): RunBasis {
  const byId = <Item extends { id: string }>(items: readonly Item[]) =>
    Object.fromEntries(items.map(({ id, ...rest }) => [id, rest]));
  const nodes = document.nodes.map(({ id, kind, config, disabled }) => ({
    id,
    kind,
    config,
    disabled: disabled === true,
  }));
  const slots = Object.entries(document.slots).map(([slot, { connector }]) => [slot, connector]);
  const values = Object.entries(document.parameters).map(([name, { default: usual }]) => [
    name,
    parameterValues[name] ?? usual ?? null,
  ]);
  return {
    flow: contentHash({
      nodes: byId(nodes),
      wires: document.wires.map(({ from, to }) => `${from} > ${to}`).sort(),
      slots: Object.fromEntries(slots),
      parameters: Object.entries(document.parameters)
        .map(([name, { type }]) => `${name} ${type}`)
        .sort(),
    }),
    connections: contentHash(
      Object.fromEntries(Object.keys(document.slots).map((slot) => [slot, identityOf(connections[slot])])),
    ),
    parameters: contentHash(Object.fromEntries(values)),
    tables: contentHash(tablesUsed(document, tables)),
  };
}

/** Which system a connection leads to. The practice company listens at another address after every start. */
function identityOf(connection: Connection | undefined): unknown {
  if (connection === undefined) return null;
  const { id, name, environment, fields } = connection;
  return { id, name, environment, fields: environment === 'practice' ? {} : fields };
}

const words: Record<keyof RunBasis, string> = {
  flow: 'the flow',
  connections: 'a connection',
  parameters: 'a parameter',
  tables: 'a mapping table',
};

/** Whether a run is a dry run that came to its end; held records do not spoil it, since they are not posted. */
export const isFinishedDryRun = (run: RunSummary): boolean =>
  run.kind === 'dry' && (run.status === 'succeeded' || run.status === 'partlySucceeded');

/** The vouchers that a person has seen and agreed to. */
export class Approval {
  /** The dry run whose sheet it was. */
  readonly runId: string;
  readonly hash: string;
  private readonly shown: ReadonlySet<string>;

  constructor(sheet: ApprovedSheet) {
    this.runId = sheet.runId;
    this.hash = sheet.hash;
    const shown = new Set<string>();
    for (const voucher of sheet.vouchers)
      if (voucher.action === 'create' || voucher.action === 'update' || voucher.attachments !== undefined)
        shown.add(nameOf(voucher));
    this.shown = shown;
  }

  /** Whether the sheet showed this voucher: same target, business key, effect, content and number of files. */
  covers(voucher: Voucher): boolean {
    return this.shown.has(nameOf(voucher));
  }
}

const nameOf = ({ target, businessKey, action, value, attachments = 0 }: Voucher): string =>
  contentHash([target.system, target.resource, target.connection, businessKey, action, value, attachments]);

/** What of a posting sheet an approval is made of: every voucher, one by one, also those that a shortened sheet does not list. */
export type ApprovedSheet = Pick<PostingSheet, 'runId' | 'hash'> & { vouchers: Iterable<Voucher> };

/** A posting sheet put forward for posting. */
export interface SheetClaim {
  run: RunSummary;
  sheet: ApprovedSheet;
  /** Hash of the sheet as the person saw it. */
  hash: string;
  /** What would be posted with now. */
  basis: RunBasis;
  /** Milliseconds since 1970. */
  now: number;
}

/**
 * The approval that a posting sheet gives.
 * @throws AppError approval.required where the run is no dry run that finished; approval.stale where the sheet is old, is not the
 *   one that was seen, or flow, connections, parameters or tables are not those of the dry run
 */
export function approvalFrom({ run, sheet, hash, basis, now }: SheetClaim): Approval {
  if (!isFinishedDryRun(run))
    throw new AppError('approval.required', `The run ${run.id} of “${run.flowName}” is no dry run that finished.`);
  if (sheet.hash !== hash)
    throw new AppError('approval.stale', `The posting sheet of “${run.flowName}” is not the one that was approved.`);
  const made = Date.parse(run.finishedAt ?? run.startedAt);
  if (now - made > sheetValidMs)
    throw new AppError('approval.stale', `The posting sheet of “${run.flowName}” is more than a day old.`);
  const { basis: before } = run;
  const parts = (['flow', 'connections', 'parameters', 'tables'] as const).filter(
    (part) => before?.[part] !== basis[part],
  );
  if (parts.length === 0) return new Approval(sheet);
  const changed = parts.map((part) => words[part]).join(' and ');
  const text = `Since the posting sheet of “${run.flowName}” was made, ${changed} changed.`;
  throw new AppError('approval.stale', text, parts.includes('flow') ? { hint: flowHint } : {});
}

const flowHint =
  'What is posted is the published version, or the saved flow where nothing was published. Publish or save it, make a fresh dry run and post from its posting sheet.';

/** Why a voucher that the sheet did not show stays back. */
export const notShown = (voucher: Voucher): AppError => {
  const name = voucher.origin.label ?? voucher.businessKey;
  return new AppError('approval.notShown', `${name} was not in the approved posting sheet as it is now.`);
};
