/**
 * A small stage: both simulators in this process with one job of the practice company, invoices to order, a bookkeeper who
 * works in Acumatica's screens and a project manager who works in Procore's, and the command line beside them.
 */
import { execute } from '../../connectors/acumatica/simulator/actions.ts';
import { simulator as acumaticaSimulator } from '../../connectors/acumatica/simulator/index.ts';
import { upsert } from '../../connectors/acumatica/simulator/upsert.ts';
import { bookOf, type Job, practiceCompany, type Requisition } from '../../connectors/kit/company/index.ts';
import { type LineFigures, makeLine, makeSummary } from '../../connectors/kit/company/requisitions.ts';
import { simulator as procoreSimulator } from '../../connectors/procore/simulator/index.ts';
import type { Fields, Value } from '../../engine/model/record.ts';
import { openCommandLine, type Workspace } from './command-line.ts';

type Acumatica = Awaited<ReturnType<typeof acumaticaSimulator.start>>;
type Procore = Awaited<ReturnType<typeof procoreSimulator.start>>;

/** What an invoice is about; amounts of its lines in cents. */
export interface InvoiceWish {
  number: string;
  date?: string;
  lines: readonly Partial<LineFigures>[];
}

/** Somebody who works in Acumatica's screens: the tenant's own rules hold. */
export interface Bookkeeper {
  /** Saves a document; keys in `fields` say which. @returns it as the tenant holds it */
  save(entity: string, fields: Fields): Fields;
  /** Presses a button of a document's screen. */
  act(entity: string, action: string, keys: Readonly<Record<string, string>>): void;
  /** All documents of an entity. */
  list(entity: string): Fields[];
}

/** The stage. */
export interface Stage extends Workspace {
  job: Job;
  procore: Procore;
  acumatica: Acumatica;
  bookkeeper: Bookkeeper;
  /**
   * Replaces the invoices of the job by approved ones of its first subcontract with a known vendor. `changed` gives an invoice
   * another form, or undefined where Procore has it no more.
   */
  invoices(
    wishes: readonly InvoiceWish[],
    changed?: (invoice: Requisition) => Requisition | undefined,
  ): readonly Requisition[];
  /** Contract payments that Procore holds, in the order they came. */
  payments(): Record<string, unknown>[];
  /** Calls that a system got since the last time it was asked, as method and target. */
  calls(system: 'procore' | 'acumatica'): string[];
  stop(): Promise<void>;
}

/** Number of the ERP's vendor and the subcontract that invoices of the stage are about. */
export const stageVendor = 'V000001';
const company = practiceCompany();
const job = company.jobs[0] as Job;
const subcontract = company.commitments.find(
  ({ jobId, type, vendorId }) =>
    jobId === job.id &&
    type === 'WorkOrderContract' &&
    company.vendors.find(({ id }) => id === vendorId)?.erpId === stageVendor,
);

const noFigures: LineFigures = {
  scheduled: 10_000_000,
  previousWork: 0,
  workThisPeriod: 0,
  stored: 0,
  storedPreviously: 0,
  retainedPreviously: 0,
  retainedThisPeriod: 0,
  released: 0,
  materialsRetained: 0,
  materialsRetainedPreviously: 0,
};

function requisition({ number, date = '2026-05-31', lines }: InvoiceWish, index: number): Requisition {
  if (subcontract === undefined) throw new Error('the stage has no subcontract');
  const pattern = [...company.requisitions.all()].find(({ jobId }) => jobId === job.id) as Requisition;
  const figures = lines.map((line) => ({ ...noFigures, ...line }));
  const [source] = subcontract.lines;
  if (source === undefined) throw new Error('the subcontract has no lines');
  return {
    ...pattern,
    id: String(562_949_990_500_001 + index),
    commitmentId: subcontract.id,
    vendorId: subcontract.vendorId,
    number: index + 1,
    invoiceNumber: number,
    start: `${date.slice(0, 7)}-01`,
    end: date,
    billingDate: date,
    status: 'approved',
    summary: makeSummary(figures, 10_000_000 * figures.length, 0),
    lines: figures.map((line, place) =>
      makeLine({ ...source, description: `Line ${place + 1}` }, 'contract_item', line, {
        id: String(81_001 + index * 10 + place),
        position: place + 1,
        rate: '10.0',
      }),
    ),
    createdAt: `${date}T10:00:00Z`,
    updatedAt: `${date}T10:00:00Z`,
  };
}

const wrapped = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]): [string, Value] => [
      name,
      Array.isArray(value) ? value.map((row) => wrapped(row as Fields)) : { value },
    ]),
  );

function bookkeeperOf({ state }: Acumatica): Bookkeeper {
  const endpoint = state.endpoints.find(({ name, version }) => name === 'Default' && version === '24.200.001');
  if (endpoint === undefined) throw new Error('the tenant serves no such endpoint');
  const { world } = state;
  const list = (entity: string): Fields[] => [...world.database.list(entity)];
  return {
    list,
    save(name, fields) {
      const entity = endpoint.entities.get(name);
      if (entity === undefined) throw new Error(`no entity ${name}`);
      const query = new URLSearchParams({ $select: entity.keys.join(',') });
      const request = { world, contract: endpoint.entities, entity, query, headers: {}, href: '' };
      const answer = upsert({ ...request, body: wrapped(fields) });
      const saved = list(name).find(({ id }) => id === answer.id);
      if (saved === undefined) throw new Error(`${name} was not saved`);
      return saved;
    },
    act(name, action, keys) {
      const body = { entity: wrapped(keys) };
      execute(world, name, endpoint.entities.get(name)?.keys ?? [], action, body);
    },
  };
}

/** Sets the stage: a workspace with a connection to each system, and no invoices yet. */
export async function setStage(): Promise<Stage> {
  const [procore, acumatica] = await Promise.all([procoreSimulator.start(), acumaticaSimulator.start()]);
  const { costwire, remove, ...workspace } = await openCommandLine();
  const state = procore.state;
  for (const id of [...state.tables.projects.keys()]) if (id !== job.id) state.tables.projects.delete(id);
  for (const [id, { projectId }] of [...state.tables.contracts])
    if (projectId !== job.id) state.tables.contracts.delete(id);
  state.company = { ...company, requisitions: bookOf([]) };
  acumatica.state.world.payments = [];
  for (const { connector, fields, secrets } of [procore, acumatica]) {
    const set = Object.entries(fields).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
    const secret = Object.keys(secrets).flatMap((name) => ['--secret', name]);
    const input = Object.values(secrets).map((value) => `${value}\n`);
    const add = ['connection', 'add', '--connector', connector, '--environment', 'practice', ...set, ...secret];
    const code = await costwire(add, { input: input.join(''), answered: () => undefined });
    if (code !== 0) throw new Error(`the connection to ${connector} was refused with ${code}`);
  }
  const seen = { procore: 0, acumatica: 0 };
  return {
    ...workspace,
    job,
    procore,
    acumatica,
    bookkeeper: bookkeeperOf(acumatica),
    invoices(wishes, changed = (invoice) => invoice) {
      const made = wishes.map(requisition).flatMap((invoice) => changed(invoice) ?? []);
      state.company = { ...company, requisitions: bookOf(made) };
      return made;
    },
    payments: () => [...state.tables['contract-payments'].values()].map(({ row }) => row),
    calls(system) {
      const { log } = { procore, acumatica }[system].services;
      const fresh = log.list({ after: seen[system] }).map(({ method, target }) => `${method} ${target}`);
      seen[system] = log.total;
      return fresh;
    },
    async stop() {
      await Promise.all([procore.stop(), acumatica.stop()]);
      await remove();
    },
  };
}
