/**
 * Change orders (PM308000): their lines against the commitments they change, and what releasing one does to these.
 * @source metadata of Default/24.200.001 (PM308000: `Status` of a commitment line is its kind, `LineAmount` and `LineDescription` are
 * those of the order's line); User Guide, Change Orders: releasing adds quantity and amount to the order's line, adds a line, or makes an order
 */
import type { Fields } from '../../../../engine/model/record.ts';
import type { Change } from '../database.ts';
import { businessError } from '../refusal.ts';
import { type EntityRules, FieldErrors, type SaveContext, type World } from '../world.ts';
import { changesLocked, isDone } from './locks.ts';
import {
  add,
  amount,
  checkCoding,
  checkVendor,
  decimal,
  isZero,
  multiply,
  parse,
  rowsOf,
  stored,
  subtract,
  sum,
  text,
} from './shared.ts';

/** Which entity a commitment is, and how its lines and totals are called. */
interface Kind {
  entity: 'PurchaseOrder' | 'Subcontract';
  number: 'OrderNbr' | 'SubcontractNbr';
  task: 'ProjectTask' | 'Task';
  canceled: 'Cancelled' | 'Canceled';
  total: 'OrderTotal' | 'SubcontractTotal';
}
const purchaseOrder: Kind = {
  ...{ entity: 'PurchaseOrder', number: 'OrderNbr', task: 'ProjectTask' },
  ...{ canceled: 'Cancelled', total: 'OrderTotal' },
};
const subcontract: Kind = {
  ...{ entity: 'Subcontract', number: 'SubcontractNbr', task: 'Task' },
  ...{ canceled: 'Canceled', total: 'SubcontractTotal' },
};

const typeOf = (line: Fields): string => text(line.POType) || 'Normal';
const kindOf = (line: Fields): Kind => (typeOf(line) === 'Subcontract' ? subcontract : purchaseOrder);
const commitmentOf = (world: World, line: Fields): Fields | undefined =>
  world.database.find(
    kindOf(line).entity,
    kindOf(line) === subcontract ? [text(line.PONbr)] : [typeOf(line), text(line.PONbr)],
  );

function checkCommitment(line: Fields, path: string, draft: Fields, context: SaveContext): void {
  const { errors, world } = context;
  const { task } = kindOf(line);
  const number = text(line.PONbr);
  line.POType = typeOf(line);
  const order = number === '' ? undefined : commitmentOf(world, line);
  const row = rowsOf(order ?? {}, 'Details').find(({ LineNbr }) => text(LineNbr) === text(line.POLineNbr));
  if (number !== '' && order === undefined) {
    errors.add(`${path}.PONbr`, `Commitment Nbr. '${number}' cannot be found in the system.`);
    return;
  }
  if (order !== undefined) {
    const vendor = text(line.Vendor) || text(order.VendorID);
    if (vendor.toUpperCase() !== text(order.VendorID).toUpperCase())
      errors.add(`${path}.Vendor`, `The commitment ${number} belongs to the vendor ${text(order.VendorID)}.`);
    line.Vendor = order.VendorID ?? null;
  } else checkLineVendor(line, path, context);
  if (text(line.POLineNbr) !== '' && row === undefined) {
    errors.add(`${path}.POLineNbr`, `Commitment Line Nbr. '${text(line.POLineNbr)}' cannot be found in the system.`);
    return;
  }
  // A line that exists says what its change is about.
  if (row !== undefined) {
    const defaults = { ...row, ProjectTaskID: row[task] ?? null, Description: row.LineDescription ?? null };
    for (const name of [
      'ProjectTaskID',
      'CostCode',
      'Account',
      'InventoryID',
      'UOM',
      'UnitCost',
      'Description',
    ] as const)
      if (text(line[name]) === '') line[name] = (defaults as Fields)[name] ?? null;
    line.LineDescription = row.LineDescription ?? null;
    line.LineAmount = row.ExtendedCost ?? null;
  }
  const isOver = row?.Completed === true || row?.[kindOf(line).canceled] === true;
  line.Status = row === undefined ? (order === undefined ? 'New Document' : 'New Line') : isOver ? 'Reopen' : 'Update';
  const description = line.Description ?? null;
  line.Project = draft.ProjectID ?? null;
  checkCoding(line, path, { task: 'ProjectTaskID', branch: 'BranchID' }, context);
  line.Description = description;
  if (text(line.Amount) === '') line.Amount = amount(multiply(decimal(line.Qty), decimal(line.UnitCost)));
  const revised = add(decimal(row?.ExtendedCost), decimal(line.Amount));
  line.PotentiallyRevisedAmount = amount(revised);
  if (revised.units < 0) errors.add(`${path}.Amount`, 'The revised amount of the commitment line cannot be negative.');
}

function checkLineVendor(line: Fields, path: string, context: SaveContext): void {
  const found = new FieldErrors();
  checkVendor(line, 'Vendor', { ...context, errors: found });
  for (const [field, message] of found.byPath) context.errors.add(`${path}.${field}`, message);
}

function checkBudget(draft: Fields, part: 'CostBudget' | 'RevenueBudget', { errors, world }: SaveContext): void {
  rowsOf(draft, part).forEach((row, index) => {
    const task = text(row.ProjectTaskID);
    if (world.database.find('ProjectTask', [text(draft.ProjectID), task]) === undefined)
      errors.add(`${part}.${index}.ProjectTaskID`, `Project Task '${task.padEnd(10)}' cannot be found in the system.`);
  });
}

function checkProject(draft: Fields, { errors, world }: SaveContext): void {
  const project = world.database.find('Project', [text(draft.ProjectID)]);
  const properties = project?.ProjectProperties as Fields | undefined;
  if (project === undefined)
    errors.add('ProjectID', `Project '${text(draft.ProjectID).padEnd(10)}' cannot be found in the system.`);
  else if (properties?.ChangeOrderWorkflow === false || world.profile.changeOrderWorkflow === false)
    errors.add('ProjectID', 'The change order workflow is not enabled for the project.');
}

/** Completes, checks and totals a change order. */
export const changeOrderRules: EntityRules = (draft, context) => {
  const { errors, world } = context;
  checkProject(draft, context);
  if (isDone(context, ['On Hold', 'Open'])) errors.add('', 'The change order is closed and cannot be changed.');
  else if (changesLocked(draft, context, ['CostBudget', 'RevenueBudget', 'Commitments'], []))
    errors.add('', 'The change order is not on hold and cannot be changed.');
  if (text(draft.ChangeDate) === '') draft.ChangeDate = stored(context.businessDate);
  if (text(draft.Class) === '') draft.Class = 'DEFAULT';
  if (errors.isEmpty) {
    checkBudget(draft, 'CostBudget', context);
    checkBudget(draft, 'RevenueBudget', context);
    draft.Commitments = rowsOf(draft, 'Commitments').map((row, index) => {
      const line = { ...row };
      checkCommitment(line, `Commitments.${index}`, draft, context);
      return line;
    });
  }
  const total = (part: string) => amount(sum(rowsOf(draft, part).map((row) => decimal(row.Amount))));
  draft.CostBudgetChangeTotal = total('CostBudget');
  draft.RevenueBudgetChangeTotal = total('RevenueBudget');
  draft.CommitmentsChangeTotal = total('Commitments');
  draft.GrossMarginAmount = amount(
    subtract(decimal(draft.RevenueBudgetChangeTotal), decimal(draft.CostBudgetChangeTotal)),
  );
  if (context.isNew && !context.sent.has('Hold')) draft.Hold = true;
  draft.Status = draft.Hold === true ? 'On Hold' : 'Open';
  if (errors.isEmpty && text(draft.RefNbr) === '') draft.RefNbr = world.database.nextNumber('ChangeOrder');
};

/** A line of an order with a change added. A line that comes down to nothing is canceled. */
function changedLine(row: Fields, change: Fields, { canceled }: Kind): Fields {
  const quantity = add(decimal(row.OrderQty), decimal(change.Qty));
  const cost = add(decimal(row.ExtendedCost), decimal(change.Amount));
  const retained = multiply(multiply(cost, decimal(row.RetainagePct)), parse('0.01'));
  const money = {
    ExtendedCost: amount(cost),
    Amount: amount(subtract(cost, retained)),
    RetainageAmount: amount(retained),
  };
  if (isZero(cost)) return { ...row, ...money, [canceled]: true };
  return { ...row, ...money, Completed: false, [canceled]: false, OrderQty: amount(quantity) };
}

const newLine = (world: World, change: Fields, number: number, { task }: Kind): Fields => ({
  id: world.database.nextId(),
  LineNbr: String(number),
  LineDescription: change.Description ?? null,
  OrderQty: text(change.Qty) === '' ? '1' : (change.Qty ?? '1'),
  UOM: change.UOM ?? null,
  UnitCost: change.UnitCost ?? change.Amount ?? null,
  ExtendedCost: amount(decimal(change.Amount)),
  Amount: amount(decimal(change.Amount)),
  Account: change.Account ?? null,
  Subaccount: change.Subaccount ?? null,
  BranchID: change.BranchID ?? null,
  Project: change.Project ?? null,
  [task]: change.ProjectTaskID ?? null,
  CostCode: change.CostCode ?? null,
  InventoryID: change.InventoryID ?? null,
});

function newOrder(world: World, change: Fields, draft: Fields, kind: Kind): Fields {
  const series = world.database.nextNumber(kind.entity);
  const keys: Fields =
    kind === subcontract ? { SubcontractNbr: `SC-${series}` } : { Type: typeOf(change), OrderNbr: series, Hold: false };
  return {
    ...{ id: world.database.nextId(), ...keys, VendorID: change.Vendor ?? null, Date: draft.ChangeDate ?? null },
    ...{ Description: `Change order ${text(draft.RefNbr)}`, CurrencyID: world.baseCurrency, Status: 'Open' },
    ...{ Branch: change.BranchID ?? null, TaxTotal: amount(decimal('0')), Details: [] },
  };
}

/** What releasing a change order changes: the orders it names, new ones, and the order itself, which learns their numbers. */
export function releasedChangeOrder(draft: Fields, world: World): Change[] {
  const orders = new Map<string, { kind: Kind; record: Fields }>();
  const lines = rowsOf(draft, 'Commitments').map((line): Fields => {
    const kind = kindOf(line);
    const number = text(line.PONbr);
    // Lines without a number make one new order for each vendor and kind.
    const key = `${kind.entity}|${number === '' ? `new ${text(line.Vendor)}` : number}`;
    const held =
      orders.get(key)?.record ?? (number === '' ? newOrder(world, line, draft, kind) : commitmentOf(world, line));
    if (held === undefined) throw businessError(`The commitment ${number} cannot be found.`);
    if (!['Open', 'Completed'].includes(text(held.Status)))
      throw businessError(`The commitment ${number} is ${text(held.Status)} and cannot be changed by a change order.`);
    const rows = rowsOf(held, 'Details');
    const at = rows.findIndex(({ LineNbr }) => text(LineNbr) === text(line.POLineNbr));
    const next = Math.max(0, ...rows.map(({ LineNbr }) => Number(LineNbr))) + 1;
    const details =
      at < 0
        ? [...rows, newLine(world, line, next, kind)]
        : rows.map((row, index) => (index === at ? changedLine(row, line, kind) : row));
    const total = amount(sum(details.map(({ ExtendedCost }) => decimal(ExtendedCost))));
    const record = { ...held, Status: 'Open', Details: details, LineTotal: total, [kind.total]: total };
    orders.set(key, { kind, record });
    return { ...line, PONbr: held[kind.number] ?? null, POLineNbr: at < 0 ? String(next) : (line.POLineNbr ?? null) };
  });
  const closed = { ...draft, Commitments: lines, Status: 'Closed' };
  return [
    ...[...orders.values()].map(({ kind, record }): Change => ({ entity: kind.entity, record })),
    { entity: 'ChangeOrder', record: closed },
  ];
}
