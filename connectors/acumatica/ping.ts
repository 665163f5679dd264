/** Ping: named checks that arrive one by one, each failure with its cause and what to do. Reads only. */
import type { PingCheck } from '../../engine/model/connection.ts';
import type { PingNeed, ResourceDeclaration } from '../../engine/model/connector.ts';
import { AppError, toAppError } from '../../engine/model/error.ts';
import { asFields, asText } from '../kit/json.ts';
import { type AcumaticaClient, type EndpointList, wrongVersion } from './client.ts';
import { isNewContract } from './settings.ts';

/** Entity behind a resource, for permission probes. */
const entities: Readonly<Record<string, string>> = {
  'account-groups': 'AccountGroup',
  accounts: 'Account',
  'bill-reversals': 'Bill',
  bills: 'Bill',
  'change-orders': 'ChangeOrder',
  checks: 'Check',
  'cost-codes': 'CostCode',
  'journal-transactions': 'JournalTransaction',
  'payment-voids': 'Check',
  periods: 'CompanyFinancialPeriod',
  'project-tasks': 'ProjectTask',
  projects: 'Project',
  'purchase-orders': 'PurchaseOrder',
  subaccounts: 'Subaccount',
  subcontracts: 'Subcontract',
  vendors: 'Vendor',
};

type Verdict = Pick<PingCheck, 'status' | 'detail' | 'cause' | 'remedy'>;

const ok = (detail: string): Verdict => ({ status: 'ok', detail });

function failed(error: AppError): Verdict {
  return { status: 'failed', cause: error.message, remedy: error.hint };
}

/** A ping under way: what earlier checks found out. */
interface Findings {
  endpoints?: EndpointList;
}

interface Check {
  id: string;
  label: string;
  /** Without it nothing that follows makes sense. */
  essential?: boolean;
  run(client: AcumaticaClient, findings: Findings): Promise<Verdict>;
}

const reach: Check = {
  id: 'reach',
  label: 'Reach the instance',
  essential: true,
  async run(client, findings) {
    findings.endpoints = await client.endpoints().catch((thrown: unknown) => {
      throw notAcumatica(client, thrown);
    });
    const { build } = findings.endpoints;
    return ok(`Acumatica ${build ?? '(build not told)'} answers at ${client.settings.instanceUrl}.`);
  },
};

/** An address that answers, but not as Acumatica does, is told as what it is: the address of something else. */
function notAcumatica(client: AcumaticaClient, thrown: unknown): AppError {
  const error = toAppError(thrown, 'listing the endpoints');
  if (error.code !== 'remote.notFound' && error.code !== 'remote.badResponse') return error;
  const message = `Something answers at ${client.settings.instanceUrl}, but it is not Acumatica.`;
  const hint =
    'Correct the address of the instance: it is what stands in the browser before “/Main” or “/(W(1))”, such as https://acme.acumatica.com or https://host/AcumaticaERP.';
  return new AppError(error.code, message, { hint, cause: error });
}

const version: Check = {
  id: 'version',
  label: 'Endpoint and version',
  essential: true,
  async run(client, findings) {
    const { endpointName: name, endpointVersion: wanted } = client.settings;
    let offered = versionsOf(findings.endpoints, name);
    // Endpoints of the customer are listed only for those who are signed in.
    if (offered.length === 0) offered = versionsOf(await client.endpoints(true), name);
    if (!offered.includes(wanted)) throw wrongVersion(name, wanted, offered);
    const newest = offered.findLast((candidate) => name !== 'Default' || !isNewContract(candidate));
    if (newest === undefined || newest === wanted) return ok(`${name} ${wanted} is served.`);
    return {
      status: 'warning',
      detail: `${name} ${wanted} is served; ${newest} is newer.`,
      cause: 'Acumatica retires old endpoint versions with its upgrades.',
      remedy: `Try ${newest} on a sandbox, then choose it on the connection.`,
    };
  },
};

const versionsOf = (list: EndpointList | undefined, name: string): string[] =>
  (list?.endpoints ?? [])
    .filter((endpoint) => endpoint.name === name)
    .map((endpoint) => endpoint.version)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));

const signIn: Check = {
  id: 'sign-in',
  label: 'Sign in',
  essential: true,
  async run(client) {
    await client.session.signIn.open();
    const { username, clientId } = client.settings;
    return ok(`Signed in as ${username === '' ? clientId : username}.`);
  },
};

const session: Check = {
  id: 'session',
  label: 'API session',
  essential: true,
  async run(client) {
    await client.list('Account', { top: 1, select: ['AccountCD'] });
    return ok('A session of the licence is free, and the general ledger can be read.');
  },
};

const company: Check = {
  id: 'company',
  label: 'Company and branch',
  async run(client) {
    const { tenant, branch } = client.settings;
    const years = await client.list('CompanyFinancialPeriod', { top: 1, select: ['Company'] });
    const found = asText(asFields(asFields(years[0])?.Company)?.value)?.trim();
    if (found === undefined) {
      return {
        status: 'warning',
        detail: `The tenant ${tenant} has no financial periods.`,
        cause: 'This may be an empty tenant.',
        remedy: 'Check the tenant behind the @ of the client ID, or generate the calendar (form GL201100).',
      };
    }
    const where = tenant === '' ? 'the default tenant' : `tenant ${tenant}`;
    return ok(`Company ${found} in ${where}${branch === '' ? '' : `, branch ${branch}`}.`);
  },
};

const periods: Check = {
  id: 'periods',
  label: 'Open period',
  async run(client) {
    const today = new Date(client.context.now()).toISOString().slice(0, 10);
    const years = await client.list('CompanyFinancialPeriod', {
      top: 50,
      select: ['Company', 'FinancialYear'],
      filter: `FinancialYear eq '${today.slice(0, 4)}'`,
    });
    const keys = ['Company', 'FinancialYear'].map(
      (name) => asText(asFields(asFields(years[0])?.[name])?.value)?.trim() ?? '',
    );
    const year =
      years.length === 0 ? undefined : await client.get('CompanyFinancialPeriod', keys, { expand: ['Details'] });
    const rows = asFields(year)?.Details;
    const current = (Array.isArray(rows) ? rows : []).map(asFields).find((row) => {
      const [start = '', end = ''] = ['StartDate', 'EndDate'].map((name) =>
        asText(asFields(row?.[name])?.value)?.slice(0, 10),
      );
      return start <= today && today <= end;
    });
    const member = (name: string) => asFields(current?.[name])?.value;
    const id = String(member('FinancialPeriodID') ?? '');
    const isOpen = member('Status') === 'Open' && member('ClosedInAP') !== true;
    if (isOpen) return ok(`Period ${id} is open for bills.`);
    return {
      status: 'warning',
      detail: current === undefined ? `There is no period for ${today}.` : `Period ${id} is not open for bills.`,
      cause: 'Bills dated today would be refused.',
      remedy: 'Open the period in Acumatica (form GL503000), or date the bills into an open one.',
    };
  },
};

const clock: Check = {
  id: 'clock',
  label: 'Clock',
  run(client, findings) {
    const server = findings.endpoints?.serverTimeMs;
    if (server === undefined)
      return Promise.resolve({ status: 'skipped', detail: 'The server does not tell its time.' });
    const seconds = Math.round((client.context.now() - server) / 1000);
    if (Math.abs(seconds) < 120) return Promise.resolve(ok('The clocks agree within two minutes.'));
    return Promise.resolve({
      status: 'warning',
      detail: `This machine's clock is ${Math.abs(seconds)} seconds ${seconds > 0 ? 'ahead of' : 'behind'} Acumatica's.`,
      cause: 'Incremental reads and token lifetimes rely on the time.',
      remedy: 'Let this machine set its clock from the network.',
    });
  },
};

/** A harmless read that shows whether the user may use what the flows need. */
const permission = ({ resource, write }: PingNeed, title: string): Check => ({
  id: `need-${resource}`,
  label: `May use ${title}`,
  async run(client) {
    const entity = (entities as Partial<typeof entities>)[resource.replace(/:custom$/, '')];
    if (entity === undefined) return { status: 'skipped', detail: `${title} needs no permission of its own.` };
    await client.list(entity, { top: 1 });
    return ok(write ? 'May be read; whether it may be written shows with the first document.' : 'May be read.');
  },
});

/** Runs the checks; after a failure of an essential one the rest is skipped. */
export async function* ping(
  client: AcumaticaClient,
  needs: readonly PingNeed[],
  resources: readonly Pick<ResourceDeclaration, 'id' | 'title'>[],
): AsyncGenerator<PingCheck> {
  const findings: Findings = {};
  const unique = new Map(needs.map((need) => [need.resource, need]));
  const titleOf = (resource: string): string => resources.find(({ id }) => id === resource)?.title ?? resource;
  const rights = [...unique.values()].map((need) => permission(need, titleOf(need.resource)));
  const checks = [reach, version, signIn, session, company, periods, clock, ...rights];
  let stopped = false;
  for (const check of checks) {
    const { id, label } = check;
    if (stopped) {
      yield { id, label, status: 'skipped', detail: 'Not checked, because an earlier check failed.' };
      continue;
    }
    yield { id, label, status: 'running' };
    const started = client.context.now();
    const verdict = await judge(check, client, findings);
    yield { id, label, ...verdict, durationMs: client.context.now() - started };
    stopped = verdict.status === 'failed' && check.essential === true;
  }
}

async function judge(check: Check, client: AcumaticaClient, findings: Findings): Promise<Verdict> {
  try {
    return await check.run(client, findings);
  } catch (thrown) {
    const error = toAppError(thrown, `checking “${check.label}”`);
    if (error.code === 'run.cancelled') throw error;
    return failed(error);
  }
}
