/** Flow documents over the toy systems, built from few words. */
import { type FlowDocument, type FlowNode, flowSchema } from '../../engine/model/flow.ts';
import { type MappingTableVersion, tableSchemaSchema } from '../../engine/model/mapping-table.ts';

/** A node as tests write it: kind, then config. */
export type ToyNode = readonly [kind: string, config?: FlowNode['config'], more?: Partial<FlowNode>];

/** A flow from nodes by id and wires such as `read > map`, `vendors > join.right`. */
export function toyFlow(
  nodes: Record<string, ToyNode>,
  wires: readonly string[],
  more: Partial<FlowDocument> = {},
): FlowDocument {
  return flowSchema.parse({
    format: 'costwire/flow',
    schemaVersion: 1,
    id: 'f_toy',
    name: 'Toy flow',
    slots: { source: { connector: 'toy' }, erp: { connector: 'erp' } },
    nodes: Object.entries(nodes).map(([id, [kind, config = {}, rest = {}]]) => ({ id, kind, config, ...rest })),
    wires: wires.map((wire) => {
      const [from = '', to = ''] = wire.split(' > ');
      return { from, to };
    }),
    ...more,
  });
}

/** A node that reads invoices. */
export const readInvoices: ToyNode = [
  'read',
  { slot: 'source', resource: 'invoices', where: '=[status] = "approved"' },
];
/** A node that posts bills. */
export const writeBills: ToyNode = ['write', { slot: 'erp', resource: 'bills' }];
/** A map from coded invoices to bills. */
export const mapBills: ToyNode = [
  'map',
  {
    to: { slot: 'erp', resource: 'bills' },
    fields: [
      { to: 'Vendor', value: '=[vendor_id]' },
      { to: 'VendorRef', value: '=[number]' },
      { to: 'Date', value: '=[date]' },
      { to: 'Type', value: 'Bill' },
    ],
    each: [
      {
        to: 'Details',
        over: 'lines',
        where: '=[amount] <> 0',
        fields: [
          { to: 'Account', value: '=[coding.account]' },
          { to: 'ExtendedCost', value: '=[amount]' },
          { to: 'Text', value: '=[/number]&" "&[code]' },
        ],
      },
    ],
  },
];
/** Codes the lines of invoices. */
export const codeLines: ToyNode = [
  'map-codes',
  { table: 'codes', over: 'lines', keys: { code: '=[code]', kind: '=[kind]' }, into: 'coding' },
];

/** The table that {@link codeLines} looks in. */
export const codeTable = (
  rows: readonly [code: string, kind: string, account: string, suspense?: boolean][],
): MappingTableVersion => ({
  schema: tableSchemaSchema.parse({
    format: 'costwire/table',
    schemaVersion: 1,
    id: 'codes',
    name: 'Codes',
    keys: [{ name: 'code' }, { name: 'kind' }],
    targets: [{ name: 'account', required: true }],
  }),
  version: 7,
  rows: rows.map(([code, kind, account, suspense], index) => ({
    id: `r${index + 1}`,
    keys: [code, kind],
    targets: [account],
    ...(suspense === true ? { suspense } : {}),
  })),
});

/** The whole path from invoice to bill. */
export const billFlow = (): FlowDocument =>
  toyFlow({ read: readInvoices, codes: codeLines, bill: mapBills, post: writeBills }, [
    'read > codes',
    'codes > bill',
    'bill > post',
  ]);
