/**
 * Reads what an OData feed says of itself: its sets with their columns, types and keys, from the EDMX document at `$metadata`.
 * @source https://docs.oasis-open.org/odata/odata-csdl-xml/v4.01/odata-csdl-xml-v4.01.html (sections 6 to 8 and 13); which of its types and
 * annotations the feed of the inquiries uses is assumed
 */
import { XMLParser } from 'fast-xml-parser';
import { SyntaxValidator } from 'fast-xml-validator';
import { AppError } from '../../engine/model/error.ts';
import type { Fields, Value } from '../../engine/model/record.ts';
import { asFields, asList, asText } from '../kit/json.ts';
import type { AcumaticaField } from './codec.ts';

/** Largest description read, in bytes. One of three hundred inquiries has about 450 KB. */
export const largestMetadata = 16 * 1024 * 1024;

/** A set of rows: its columns in the order of the feed, and those of them that identify a row. */
export interface RowSet {
  columns: readonly AcumaticaField[];
  keys: readonly string[];
}

const types: Readonly<Record<string, AcumaticaField['type']>> = {
  'Edm.Boolean': 'boolean',
  'Edm.Byte': 'integer',
  'Edm.Date': 'date',
  'Edm.DateTime': 'datetime',
  'Edm.DateTimeOffset': 'datetime',
  'Edm.Decimal': 'decimal',
  'Edm.Double': 'decimal',
  'Edm.Int16': 'integer',
  'Edm.Int32': 'integer',
  'Edm.Int64': 'integer',
  'Edm.SByte': 'integer',
  'Edm.Single': 'decimal',
};

const fail = (why: string): AppError =>
  new AppError('remote.badResponse', `Acumatica's description of its inquiries ($metadata) ${why}.`, {
    hint: 'Open that address in a browser with the API user. Where an inquiry is broken, take “Expose via OData” off it (form SM208000).',
  });

/** A repeated element of an XML record, however often it stands there. */
const each = (value: Value | undefined): Fields[] =>
  (asList(value) ?? [value]).map(asFields).filter((fields) => fields !== undefined);

/** `ReferenceNbr` as `Reference Nbr`, `Vendor_2` as `Vendor 2`. */
const spaced = (name: string): string =>
  name
    .replaceAll('_', ' ')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .trim();

/** The text of the first annotation whose term ends so. */
const annotation = (property: Fields, ending: RegExp): string | undefined =>
  each(property.Annotation).flatMap((entry) =>
    ending.test(asText(entry['@Term']) ?? '') ? (asText(entry['@String']) ?? []) : [],
  )[0];

function columnOf(property: Fields): AcumaticaField {
  const name = asText(property['@Name']);
  const edm = asText(property['@Type']);
  if (name === undefined || edm === undefined) throw fail('has a column without name or type');
  const label = annotation(property, /\.(?:DisplayName|Label|Caption)$/) ?? asText(property['@label']) ?? spaced(name);
  const description = annotation(property, /\.Description$/);
  return {
    name,
    label: label === '' ? name : label,
    type: (types as Partial<typeof types>)[edm] ?? 'text',
    bare: true,
    readOnly: true,
    ...(property['@Nullable'] === 'false' ? { nullable: false } : {}),
    ...(description === undefined ? {} : { description }),
  };
}

/** The parser reads on over what is not well-formed, so that is looked for before. */
function validate(xml: string): void {
  try {
    SyntaxValidator.validate(xml);
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown;
    const line = 'line' in thrown ? `line ${String(thrown.line)}: ` : '';
    throw fail(`is not complete XML (${line}${thrown.message.slice(0, 120)})`);
  }
}

function parse(xml: string): Fields {
  // The format has none. Without one there are no entities to expand but XML's own five and characters by number.
  if (/<!DOCTYPE/i.test(xml)) throw fail('carries a document type definition, which Costwire does not read');
  if (/^\s*<(?:!doctype\s+)?html/i.test(xml)) throw fail('is a web page');
  validate(xml);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    removeNSPrefix: true,
    parseAttributeValue: false,
    parseTagValue: false,
    // Characters by number, such as those of labels in other scripts.
    htmlEntities: true,
    maxNestedTags: 32,
  });
  try {
    return asFields(parser.parse(xml) as Value) ?? {};
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown;
    throw fail(`cannot be read: ${thrown.message.slice(0, 120)}`);
  }
}

/**
 * The sets of a feed by name.
 * @throws AppError remote.badResponse where the document is no whole EDMX
 */
export function readMetadata(xml: string): Map<string, RowSet> {
  const services = asFields(asFields(parse(xml).Edmx)?.DataServices);
  if (services === undefined) throw fail('is no OData description');
  const schemas = each(services.Schema);
  const byType = new Map<string, RowSet>();
  for (const schema of schemas) {
    for (const entity of each(schema.EntityType)) {
      const keys = each(asFields(entity.Key)?.PropertyRef).flatMap((key) => asText(key['@Name']) ?? []);
      const row = { columns: each(entity.Property).map(columnOf), keys };
      const name = asText(entity['@Name']) ?? '';
      for (const space of ['@Namespace', '@Alias']) byType.set(`${asText(schema[space]) ?? ''}.${name}`, row);
    }
  }
  const containers = schemas.flatMap((schema) => each(schema.EntityContainer));
  const sets = new Map<string, RowSet>();
  for (const set of containers.flatMap((container) => each(container.EntitySet))) {
    const row = byType.get(asText(set['@EntityType']) ?? '');
    const name = asText(set['@Name']);
    if (name !== undefined && row !== undefined && row.columns.length > 0) sets.set(name, row);
  }
  return sets;
}
