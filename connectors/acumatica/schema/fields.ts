/** Short builders of field declarations. Labels are those of Acumatica's forms. */
import type { AcumaticaField } from '../codec.ts';

type More = Partial<Omit<AcumaticaField, 'name' | 'label' | 'type'>>;
const field =
  (type: AcumaticaField['type']) =>
  (name: string, label: string, more: More = {}): AcumaticaField => ({ name, label, type, ...more });

export const text = field('text');
export const date = field('date');
export const instant = field('datetime');
export const flag = field('boolean');
export const whole = field('integer');
export const quantity = field('decimal');

/** An amount of money in the document's currency. */
export const money = (name: string, label: string, more: More = {}): AcumaticaField =>
  quantity(name, label, { money: true, ...more });

/** Detail rows. */
export const rows = (
  name: string,
  label: string,
  fields: readonly AcumaticaField[],
  more: More = {},
): AcumaticaField => ({
  name,
  label,
  type: 'list',
  fields: [
    { name: 'id', label: 'Row id', type: 'text', bare: true, description: 'Identifies the row inside one session.' },
    ...fields,
  ],
  ...more,
});

/** A linked record. */
export const linked = (
  name: string,
  label: string,
  fields: readonly AcumaticaField[],
  more: More = {},
): AcumaticaField => ({
  name,
  label,
  type: 'record',
  fields,
  ...more,
});

/** The system's id of a record. */
export const recordId: AcumaticaField = {
  name: 'id',
  label: 'Record id',
  type: 'text',
  bare: true,
  readOnly: true,
  description: 'GUID of the record; use the key fields to refer to it from outside.',
};

/** When a record was last changed. */
export const lastModified = instant('LastModifiedDateTime', 'Last modified', { readOnly: true });
const status = (description: string): AcumaticaField => text('Status', 'Status', { readOnly: true, description });

export { status };
