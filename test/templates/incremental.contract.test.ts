import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
  stage.invoices(['A-1', 'A-2', 'A-3'].map((number) => ({ number, lines: [{ workThisPeriod: 10_000 }] })));
});
afterAll(() => stage.stop());

/** What a call asks for: method and path with ids left out; only the first page of a list counts. */
function listings(calls: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const call of calls) {
    const [method = '', target = ''] = call.split(' ');
    const { pathname, searchParams } = new URL(target, 'http://localhost');
    const isLater = Number(searchParams.get('page') ?? '1') > 1 || searchParams.has('$skip');
    const isSession = /\/(connect\/token|auth\/logout)$/.test(pathname);
    if (isLater || isSession) continue;
    const path = pathname.replace(/^.*\/(rest\/v[\d.]+|entity\/Default\/[\d.]+)\//, '').replace(/\d{6,}/g, ':id');
    const year = path.replace(/\/20\d\d$/, '/:year');
    const name = method === 'GET' ? year : `${method} ${year}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Runs a template twice. @returns what the second run asked of both systems */
async function second(template: string): Promise<Record<string, number>> {
  await stage.use(template, template);
  await stage.run('run', template);
  stage.calls('procore');
  stage.calls('acumatica');
  const { run } = await stage.run('run', template);
  expect(run.counts).toMatchObject({ posted: 0, failed: 0, inDoubt: 0, awaitingApproval: 0 });
  return { ...listings(stage.calls('procore')), ...listings(stage.calls('acumatica')) };
}

const vendorsAndProjects = { vendors: 1, projects: 2 };
const periods = { CompanyFinancialPeriod: 1, 'CompanyFinancialPeriod/BRIGHTWATER/:year': 2 };
/** Lists that complete the codes of lines; asked for only where an invoice or a change order comes. */
const coding = { cost_codes: 1, line_item_types: 1 };
/** Commitments of the one project, each read whole: five subcontracts, five purchase orders, eleven change orders. */
const commitments = {
  work_order_contracts: 1,
  'work_order_contracts/:id': 5,
  purchase_order_contracts: 1,
  'purchase_order_contracts/:id': 5,
  'projects/:id/commitment_change_orders': 1,
  'companies/:id/projects/:id/commitment_change_orders/:id/line_items': 11,
  ...coding,
};
const orders = { Subcontract: 1, PurchaseOrder: 1, ChangeOrder: 1 };

/**
 * Every list that the second run of a template asks for, and how often. `projects` counts the projects to walk and, where the
 * flow has a node for them, the resource. Newly changed sources list the newest record again (the overlap), and with it what
 * the flow checks it against; flows that compare two systems read both whole.
 */
const asked: readonly [template: string, lists: Record<string, number>][] = [
  [
    'procore-acumatica-invoices',
    {
      ...{ ...vendorsAndProjects, requisitions: 1, ...coding },
      ...{ Vendor: 1, Project: 1, Account: 1, ProjectTask: 1, CostCode: 1, ...periods },
    },
  ],
  [
    'procore-acumatica-direct-costs',
    {
      ...{ ...vendorsAndProjects, 'projects/:id/direct_costs': 1 },
      ...{ Vendor: 1, Project: 1, Account: 1, CostCode: 1, ...periods },
    },
  ],
  ['procore-vendors-to-acumatica', { vendors: 1, Vendor: 1 }],
  ['acumatica-vendors-to-procore', { vendors: 1, Vendor: 1 }],
  [
    'cost-codes-and-accounts',
    {
      ...{ projects: 1, cost_codes: 1, standard_cost_code_lists: 1, standard_cost_codes: 1 },
      ...{ Account: 1, CostCode: 1 },
    },
  ],
  ['commitments-reconciled', { ...vendorsAndProjects, ...commitments, ...orders }],
  [
    'change-orders-to-acumatica',
    { projects: 2, ...commitments, ...orders, Project: 1, Account: 1, ProjectTask: 1, CostCode: 1 },
  ],
  [
    // Payments hang under each contract. No check is new: the keys are listed beside them to be sure of it.
    'ap-payments-to-procore',
    { vendors: 1, projects: 1, commitments: 1, contract_payments: 10, requisitions: 1, ...coding, Check: 2 },
  ],
];

describe('a second run with nothing new', { timeout: 120_000 }, () => {
  it.each(asked)(
    'of %s asks once for each list of a project, looks nothing up and sends nothing',
    async (id, lists) => {
      expect(await second(id)).toEqual(lists);
    },
  );
});
