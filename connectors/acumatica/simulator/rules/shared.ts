/** Checks and calculations that several documents share. Texts follow the style of the real messages; nobody may parse them. */
import {
  add,
  type Decimal,
  format,
  isZero,
  multiply,
  parse,
  round,
  subtract,
  tryParse,
  zero,
} from '../../../../engine/model/decimal.ts';
import type { Fields, Value } from '../../../../engine/model/record.ts';
import { asFields } from '../../../kit/json.ts';
import type { SaveContext, World } from '../world.ts';

/** A field as text; blank where it is missing. */
export const text = (value: Value | undefined): string => (typeof value === 'string' ? value.trim() : '');

/** A field as decimal; zero where it is missing. */
export const decimal = (value: Value | undefined): Decimal =>
  typeof value === 'string' ? (tryParse(value) ?? zero) : zero;

/** Rows of a detail collection. */
export const rowsOf = (record: Fields, part: string): Fields[] => {
  const rows = record[part];
  return Array.isArray(rows) ? rows.map((row) => asFields(row) ?? {}) : [];
};

/** An amount at four decimals, as the database keeps it. */
export const amount = (value: Decimal): string => format(round(value, 4), 4);

/** The exact sum. */
export const sum = (values: Iterable<Decimal>): Decimal => {
  let total: Decimal = zero;
  for (const value of values) total = add(total, value);
  return total;
};

export { add, isZero, multiply, parse, subtract, zero };

/** Code that stands for "no project". */
export const nonProject = 'X';

/** The calendar day of a stored date-time. */
export const day = (value: Value | undefined): string => text(value).slice(0, 10);

/** A day as stored. */
export const stored = (date: string): string => `${date}T00:00:00+00:00`;

/** A financial period with its state. */
export interface Period {
  id: string;
  open: boolean;
  closedInAp: boolean;
}

function periods(world: World): Fields[] {
  return [...world.database.list('CompanyFinancialPeriod')].flatMap((year) => rowsOf(year, 'Details'));
}

const asPeriod = (row: Fields): Period => ({
  id: text(row.FinancialPeriodID),
  open: text(row.Status) === 'Open',
  closedInAp: row.ClosedInAP === true,
});

/** The period a day falls into, or undefined beyond the generated calendar. */
export function periodOf(world: World, date: string): Period | undefined {
  const row = periods(world).find((period) => day(period.StartDate) <= date && date <= day(period.EndDate));
  return row === undefined ? undefined : asPeriod(row);
}

/** A period by its id, written `MMYYYY` or `MM-YYYY`. */
export function periodById(world: World, id: string): Period | undefined {
  const row = periods(world).find((period) => text(period.FinancialPeriodID) === id.replace('-', ''));
  return row === undefined ? undefined : asPeriod(row);
}

/** Whether nothing can be posted to a period, under the preferences of the tenant. */
export const isClosed = (period: Period, { profile }: World, ledger: 'AP' | 'GL'): boolean =>
  !profile.postToClosedPeriods && (!period.open || (ledger === 'AP' && period.closedInAp));

/** Checks date and period and completes the period from the date. */
export function checkPeriod(draft: Fields, dateField: string, context: SaveContext, ledger: 'AP' | 'GL'): void {
  const { world, errors } = context;
  const date = day(draft[dateField]);
  const derived = periodOf(world, date);
  if (derived === undefined) {
    errors.add(dateField, `The financial period for the date ${date} does not exist in the master calendar.`);
    return;
  }
  const explicit = text(draft.PostPeriod);
  const period = explicit === '' ? derived : periodById(world, explicit);
  const closed = period === undefined || isClosed(period, world, ledger);
  if (explicit === '' && closed) errors.add('PostPeriod', "'Post Period' cannot be empty.");
  else if (period === undefined)
    errors.add('PostPeriod', `Financial Period '${explicit}' cannot be found in the system.`);
  else if (closed) {
    errors.add(
      'PostPeriod',
      `The ${period.id.slice(0, 2)}-${period.id.slice(2)} financial period is closed${ledger === 'AP' ? ' in Accounts Payable' : ''}.`,
    );
  }
  if (period !== undefined) draft.PostPeriod = period.id;
}

/** Padded as segmented values are in real messages. */
const padded = (value: string): string => value.padEnd(10);

const missing = (label: string, value: string): string => `${label} '${padded(value)}' cannot be found in the system.`;

/** Why a document in its currency has no rate on its date; undefined where it has one. */
export function missingRate(draft: Fields, dateField: string, world: World): string | undefined {
  const currency = text(draft.CurrencyID);
  const { ratesUntil } = world.profile;
  const isOld = ratesUntil !== undefined && day(draft[dateField]) > ratesUntil;
  return currency === world.baseCurrency || (world.currencies.has(currency) && !isOld)
    ? undefined
    : `The currency rate for ${currency} is not defined for the date ${day(draft[dateField])}.`;
}

/** Checks currency and rate. */
export function checkCurrency(draft: Fields, context: SaveContext, dateField = 'Date'): void {
  const missingOne = missingRate(draft, dateField, context.world);
  if (missingOne !== undefined) context.errors.add('CurrencyID', missingOne);
}

/** Names of a document's line fields, which differ between documents. */
export interface LineNames {
  task: 'ProjectTask' | 'Task' | 'ProjectTaskID';
  branch: 'Branch' | 'BranchID';
}

/** Checks account, subaccount, branch and the project coding of a line, and replaces what the system replaces. */
export function checkCoding(line: Fields, path: string, names: LineNames, context: SaveContext): void {
  const { world, errors } = context;
  if (text(line[names.branch]) === '') line[names.branch] = context.branch;
  const branch = text(line[names.branch]);
  if (!world.branches.some(({ id }) => id === branch.toUpperCase()))
    errors.add(`${path}.${names.branch}`, missing('Branch', branch));
  const account = checkAccount(line, path, context);
  const { subaccounts } = world.profile;
  if (subaccounts === 'mask') line.Subaccount = defaultSubaccount(world);
  const subaccount = text(line.Subaccount);
  if (subaccounts === 'refuse' && subaccount !== '')
    errors.add(`${path}.Subaccount`, `Subaccount '${padded(subaccount)}' has an invalid segment value.`);
  if (account?.UseDefaultSubaccount === true || subaccount === '') line.Subaccount = defaultSubaccount(world);
  else {
    const found = world.database.find('Subaccount', [subaccount]);
    if (found === undefined) errors.add(`${path}.Subaccount`, missing('Subaccount', subaccount));
    else if (found.Active === false)
      errors.add(`${path}.Subaccount`, `Subaccount '${padded(subaccount)}' is inactive.`);
  }
  checkProject(line, path, names, account, context);
}

const defaultSubaccount = (world: World): string => {
  for (const record of world.database.list('Subaccount')) return text(record.SubaccountCD);
  return '';
};

function checkAccount(line: Fields, path: string, context: SaveContext): Fields | undefined {
  const { world, errors } = context;
  const code = text(line.Account);
  if (code === '') {
    errors.add(`${path}.Account`, "'Account' cannot be empty.");
    return undefined;
  }
  const account = world.database.find('Account', [code]);
  if (account === undefined) errors.add(`${path}.Account`, missing('Account', code));
  else if (account.Active === false) errors.add(`${path}.Account`, `Account '${padded(code)}' is inactive.`);
  else line.Description = account.Description ?? null;
  return account;
}

function checkProject(
  line: Fields,
  path: string,
  names: LineNames,
  account: Fields | undefined,
  context: SaveContext,
): void {
  const { world, errors } = context;
  const code = text(line.Project);
  if (code === '' || code.toUpperCase() === nonProject) {
    line.Project = nonProject;
    return;
  }
  const project = world.database.find('Project', [code]);
  if (project === undefined) {
    errors.add(`${path}.Project`, missing('Project', code));
    return;
  }
  if (project.Status !== 'Active')
    errors.add(`${path}.Project`, `The project '${padded(code)}' is not active (${text(project.Status)}).`);
  if (account !== undefined && text(account.AccountGroup) === '') {
    errors.add(
      `${path}.Account`,
      `Account '${padded(text(line.Account))}' is not mapped to an account group and cannot be used with a project.`,
    );
  }
  const taskCode = text(line[names.task]);
  const task = world.database.find('ProjectTask', [code, taskCode]);
  if (taskCode === '') errors.add(`${path}.${names.task}`, "'Project Task' cannot be empty.");
  else if (task === undefined) errors.add(`${path}.${names.task}`, missing('Project Task', taskCode));
  else if (task.Status !== 'Active')
    errors.add(`${path}.${names.task}`, `The project task '${padded(taskCode)}' is not active.`);
  const costCode = text(line.CostCode);
  if (costCode === '') errors.add(`${path}.CostCode`, "'Cost Code' cannot be empty.");
  else if (world.database.find('CostCode', [costCode]) === undefined)
    errors.add(`${path}.CostCode`, missing('Cost Code', costCode));
}

/** Checks the vendor of a document. */
export function checkVendor(draft: Fields, field: string, context: SaveContext): Fields | undefined {
  const { world, errors } = context;
  const id = text(draft[field]);
  if (id === '') {
    errors.add(field, "'Vendor' cannot be empty.");
    return undefined;
  }
  const vendor = world.database.find('Vendor', [id]);
  if (vendor === undefined || world.profile.hiddenVendors.has(id.toUpperCase()))
    errors.add(field, missing('Vendor', id));
  else if (['Inactive', 'Hold'].includes(text(vendor.Status)))
    errors.add(field, `The vendor status is '${text(vendor.Status)}'.`);
  return vendor;
}

/** Extended cost where it was left out. */
export function extend(line: Fields, quantityField: string): Decimal {
  if (text(line.ExtendedCost) === '') {
    line.ExtendedCost = amount(multiply(decimal(line[quantityField] ?? '0'), decimal(line.UnitCost ?? '0')));
  }
  return decimal(line.ExtendedCost);
}

/** A member of a view of the custom block. */
export const customValue = (record: Fields, view: string, field: string): Value =>
  asFields(asFields(record.custom)?.[view])?.[field] ?? null;

/** Sets members of a view of the custom block. */
export function setCustom(record: Fields, view: string, values: Fields): void {
  const custom: Fields = { ...asFields(record.custom) };
  custom[view] = { ...asFields(custom[view]), ...values };
  record.custom = custom;
}
