/** Short builders for field schemas, and the groups of fields that several resources share. */
import type { FieldSchema, FieldType } from '../../engine/model/record.ts';

type More = Partial<Omit<FieldSchema, 'name' | 'label' | 'type'>>;

const make =
  (type: FieldType, fixed: More = {}) =>
  (name: string, label: string, more: More = {}): FieldSchema => ({ name, label, type, ...fixed, ...more });

export const text = make('text');
export const integer = make('integer');
export const decimal = make('decimal');
export const money = make('decimal', { money: true });
export const boolean = make('boolean');
export const date = make('date');
export const instant = make('datetime');
export const record = (name: string, label: string, fields: readonly FieldSchema[], more: More = {}): FieldSchema => ({
  name,
  label,
  type: 'record',
  fields,
  ...more,
});
export const list = (name: string, label: string, fields: readonly FieldSchema[], more: More = {}): FieldSchema => ({
  name,
  label,
  type: 'list',
  fields,
  ...more,
});

/** A field the server sets: it cannot be written. */
export const readOnly = (field: FieldSchema): FieldSchema => ({ ...field, readOnly: true });

export const id = readOnly(
  text('id', 'Id', { nullable: false, description: 'Procore’s own id, up to 64 bits, as text.' }),
);

/** The project a record belongs to; Costwire fills it in where Procore leaves it out. */
export const projectId = text('project_id', 'Project id', { description: 'Needed to write.' });

/** The pair that every record carries. */
export const stamps: readonly FieldSchema[] = [
  readOnly(instant('created_at', 'Created at')),
  readOnly(instant('updated_at', 'Updated at')),
];

/** Identity in another system; writing `origin_id` locks several kinds of record. */
export const originFields: readonly FieldSchema[] = [
  text('origin_id', 'Origin id', {
    description: 'Key of the record in the accounting system. Written only where the write option asks for it.',
  }),
  text('origin_data', 'Origin data', { description: 'Free text of the integration that owns the origin id.' }),
];

export const originCode = text('origin_code', 'Origin code', {
  description: 'Number in the accounting system, shown to users.',
});

export const currency = readOnly(
  record('currency_configuration', 'Currency', [
    text('currency_iso_code', 'Currency', { example: 'USD' }),
    text('base_currency_iso_code', 'Base currency'),
    decimal('currency_exchange_rate', 'Exchange rate'),
  ]),
);

export const customFields = readOnly(
  record('custom_fields', 'Custom fields', [], {
    description: 'Fields the company defined, as custom_field_<id> with data_type and value.',
  }),
);

export const person = (name: string, label: string): FieldSchema =>
  readOnly(
    record(name, label, [
      text('id', 'Id'),
      text('name', 'Name'),
      text('login', 'Login'),
      text('company_name', 'Company'),
    ]),
  );

export const reference = (name: string, label: string, more: readonly FieldSchema[] = []): FieldSchema =>
  readOnly(record(name, label, [text('id', 'Id'), text('name', 'Name'), ...more]));

export const costCode = readOnly(
  record('cost_code', 'Cost code', [
    text('id', 'Id'),
    text('code', 'Own segment'),
    text('full_code', 'Full code', { example: '03-300' }),
    text('name', 'Name', { example: 'Cast-in-Place Concrete' }),
    text('origin_id', 'Origin id'),
  ]),
);

export const lineItemType = readOnly(
  record('line_item_type', 'Cost type', [
    text('id', 'Id'),
    text('name', 'Name', { example: 'Subcontract' }),
    text('code', 'Code', { example: 'S' }),
    text('base_type', 'Base type'),
    text('origin_id', 'Origin id'),
    text('origin_data', 'Origin data'),
  ]),
);

export const wbsCode = readOnly(
  record('wbs_code', 'Budget code', [
    text('id', 'Id'),
    text('flat_code', 'Flat code', { example: '03-300.S' }),
    text('description', 'Description'),
    list('segment_items', 'Segments', [
      text('id', 'Id'),
      text('code', 'Code'),
      text('name', 'Name'),
      reference('segment', 'Segment', [text('type', 'Type')]),
    ]),
  ]),
);

/** Files of a record. Their addresses are opaque: they are fetched by Costwire, with the sign-in of the connection. */
export const attachments = readOnly(
  list('attachments', 'Attachments', [
    text('id', 'Id'),
    text('name', 'Name'),
    text('filename', 'File name'),
    text('url', 'Address'),
  ]),
);

/** A line of a schedule of values. @source REF purchase-order-contract-line-items, work-order-contract-line-items */
export const contractLineFields: readonly FieldSchema[] = [
  id,
  integer('position', 'Position'),
  text('description', 'Description'),
  money('amount', 'Amount as entered'),
  text('extended_type', 'How the amount is made', { permitted: ['manual', 'calculated'] }),
  readOnly(money('extended_amount', 'Extended amount')),
  readOnly(money('total_amount', 'Total amount')),
  decimal('quantity', 'Quantity'),
  decimal('unit_cost', 'Unit cost'),
  text('uom', 'Unit of measure'),
  costCode,
  lineItemType,
  wbsCode,
  text('cost_code_id', 'Cost code id', {
    description: 'For writing; with the cost type id it stands for the budget code.',
  }),
  text('line_item_type_id', 'Cost type id', { description: 'For writing.' }),
  text('wbs_code_id', 'Budget code id', { description: 'For writing; wins over cost code and cost type.' }),
  text('tax_code_id', 'Tax code id'),
  readOnly(
    record('change_event_line_item', 'Change event line', [], { description: 'Where the connection may see it.' }),
  ),
  readOnly(record('holder', 'Contract', [text('id', 'Id'), text('holder_type', 'Kind')])),
  reference('company', 'Company'),
  reference('project', 'Project'),
  ...originFields,
  currency,
  ...stamps,
];
