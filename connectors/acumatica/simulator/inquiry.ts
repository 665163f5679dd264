/**
 * Generic inquiries as OData: flat rows without value wrappers, and the description of their columns.
 * @source form SM208000 "Expose via OData"; address `/t/{tenant}/api/odata/gi/{name}` from 2024 R2; `$metadata` is CSDL of OData 4
 */
import type { Fields, Value } from '../../../engine/model/record.ts';
import { JsonNumber } from '../../kit/json.ts';
import { json, type SimulatorAnswer, type SimulatorRequest, text as textAnswer } from '../../kit/simulator.ts';
import type { WireValue } from '../codec.ts';
import { notFound } from './refusal.ts';
import { decimal, isZero, rowsOf, text } from './rules/shared.ts';
import { requireSession } from './sign-in.ts';
import { profileOf, type State } from './state.ts';
import type { World } from './world.ts';

type EdmType = 'String' | 'Decimal' | 'Int32' | 'Int64' | 'Boolean' | 'DateTimeOffset';
interface Column {
  name: string;
  type: EdmType;
  /** Caption of the inquiry's design, where it has one. */
  label?: string;
  value(bill: Fields): Value;
}

const plain = (name: string): Column => ({ name, type: 'String', value: (bill) => bill[name] ?? null });

/** Columns of the one inquiry. Keys come first, and the record number is larger than a binary float can hold. */
const columns: readonly Column[] = [
  plain('Type'),
  plain('ReferenceNbr'),
  plain('Vendor'),
  { ...plain('VendorRef'), label: 'Vendor Ref. & Suffix' },
  { name: 'Balance', type: 'Decimal', value: ({ Balance }) => Balance ?? null },
  plain('Status'),
  { name: 'Date', type: 'DateTimeOffset', value: ({ Date: date }) => text(date).replace('+00:00', '-07:00') },
  { name: 'LastModifiedOn', type: 'DateTimeOffset', value: (bill) => bill.LastModifiedDateTime ?? null },
  { name: 'Lines', type: 'Int32', value: (bill) => String(rowsOf(bill, 'Details').length) },
  { name: 'OnHold', type: 'Boolean', value: ({ Hold }) => Hold === true },
  {
    name: 'RecordNbr',
    type: 'Int64',
    value: ({ ReferenceNbr }) => String(9_007_199_254_740_993n + BigInt(text(ReferenceNbr).replace(/\D/g, '') || '0')),
  },
];
const keys = ['Type', 'ReferenceNbr'];
const inquiryName = 'PROCORE-OpenBills';

const openBills = ({ database }: World): Fields[] =>
  [...database.list('Bill')].filter((bill) => !isZero(decimal(bill.Balance)));

const wire = ({ type, value }: Column, bill: Fields): WireValue => {
  const held = value(bill);
  if (held === null || held === '') return null;
  return type === 'Decimal' || type.startsWith('Int') ? new JsonNumber(String(held)) : (held as string | boolean);
};

const escaped = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

function property({ name, type, label }: Column): string {
  const isKey = keys.includes(name);
  const scale = type === 'Decimal' ? ' Precision="19" Scale="4"' : '';
  const head = `<Property Name="${name}" Type="Edm.${type}"${scale}${isKey ? ' Nullable="false"' : ''}`;
  return label === undefined
    ? `${head} />`
    : `${head}><Annotation Term="PX.OData.DisplayName" String="${escaped(label)}" /></Property>`;
}

/** The description of the feed. */
function metadata(): string {
  const key = keys.map((name) => `<PropertyRef Name="${name}" />`).join('');
  return `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
  <edmx:DataServices>
    <Schema Namespace="PX.Data" xmlns="http://docs.oasis-open.org/odata/ns/edm">
      <EntityType Name="${inquiryName}"><Key>${key}</Key>${columns.map(property).join('')}</EntityType>
      <EntityContainer Name="Default"><EntitySet Name="${inquiryName}" EntityType="PX.Data.${inquiryName}" /></EntityContainer>
    </Schema>
  </edmx:DataServices>
</edmx:Edmx>`;
}

/** The description as a tenant gives it, which faults spoil. */
function describe(marks: ReadonlySet<string>): SimulatorAnswer {
  const whole = metadata();
  const entities = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>';
  let body = whole;
  if (marks.has('cut-metadata')) body = whole.slice(0, Math.floor(whole.length / 2));
  if (marks.has('entity-metadata')) body = whole.replace('?>', `?>${entities}`);
  if (marks.has('huge-metadata')) body = whole + ' '.repeat(17 * 1024 * 1024);
  return textAnswer(200, body, { 'content-type': 'application/xml' });
}

/** The service document: which inquiries are exposed. */
export function listInquiries(request: SimulatorRequest<State>): SimulatorAnswer {
  const { params } = request;
  const session = requireSession(request);
  if ('status' in session) return session;
  if (params.tenant !== session.world.tenant) throw notFound(profileOf(request).notFoundBody, request.path);
  const value = [{ name: inquiryName, kind: 'EntitySet', url: inquiryName }];
  return json(200, { '@odata.context': '$metadata', value });
}

/** Rows of the inquiry `PROCORE-OpenBills`, or the description of the feed; other inquiries do not exist. */
export function answerInquiry(request: SimulatorRequest<State>): SimulatorAnswer {
  const { params, query, marks } = request;
  const session = requireSession(request);
  if ('status' in session) return session;
  const wanted = params.inquiry ?? '';
  const known = wanted === inquiryName || (wanted === '$metadata' && !marks.has('no-metadata'));
  if (params.tenant !== session.world.tenant || !known) throw notFound(profileOf(request).notFoundBody, request.path);
  if (wanted === '$metadata') return describe(marks);
  const skip = marks.has('repeat-page') ? 0 : Number(query.get('$skip') ?? 0);
  const top = Number(query.get('$top') ?? Number.POSITIVE_INFINITY);
  const value = openBills(session.world)
    .slice(skip, skip + top)
    .map((bill, index) => {
      const row = Object.fromEntries(columns.map((column) => [column.name, wire(column, bill)]));
      return index === 1 && marks.has('odd-record') ? { ...row, Balance: 'plenty' } : row;
    });
  return json(200, { '@odata.context': `$metadata#${wanted}`, value });
}
