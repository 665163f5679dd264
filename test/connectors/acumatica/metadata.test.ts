import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMetadata } from '../../../connectors/acumatica/metadata.ts';
import { AppError } from '../../../engine/model/error.ts';

const document = (inner: string, set = '<EntitySet Name="Open Bills" EntityType="Ns.Row" />'): string =>
  `<?xml version="1.0"?><edmx:Edmx xmlns:edmx="x"><edmx:DataServices><Schema Namespace="Ns" Alias="N">
  <EntityType Name="Row">${inner}</EntityType><EntityContainer>${set}</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>`;
const columns = (inner: string) => readMetadata(document(inner)).get('Open Bills')?.columns ?? [];
const failure = (xml: string): AppError => {
  try {
    readMetadata(xml);
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown;
    throw thrown;
  }
  throw new Error('it was read');
};

describe('the description of an OData feed', () => {
  it.each([
    ['Decimal', 'decimal'],
    ['Double', 'decimal'],
    ['Int16', 'integer'],
    ['Int64', 'integer'],
    ['Boolean', 'boolean'],
    ['DateTimeOffset', 'datetime'],
    ['DateTime', 'datetime'],
    ['Date', 'date'],
    ['String', 'text'],
    ['Guid', 'text'],
    ['Stream', 'text'],
  ])('types a column of Edm.%s as %s', (edm, type) => {
    expect(columns(`<Property Name="A" Type="Edm.${edm}" Nullable="false" />`)).toMatchObject([
      { name: 'A', type, nullable: false },
    ]);
  });

  it('takes labels from annotations and otherwise from names, in the order of the feed, with entities of XML decoded', () => {
    const inner = `<Property Name="ReferenceNbr" Type="Edm.String" /><Property Name="APBalance_2" Type="Edm.Decimal" />
      <Property Name="X" Type="Edm.String"><Annotation Term="PX.DisplayName" String="Vendor &amp; &#67;o" />
      <Annotation Term="Org.OData.Core.V1.Description" String="Who is paid" /></Property>`;
    expect(columns(inner).map(({ label }) => label)).toEqual(['Reference Nbr', 'AP Balance 2', 'Vendor & Co']);
    expect(columns(inner)[2]?.description).toBe('Who is paid');
  });

  it('tells keys, one or many, and finds the type by namespace or alias', () => {
    const one = '<Key><PropertyRef Name="A" /></Key><Property Name="A" Type="Edm.String" />';
    expect(readMetadata(document(one)).get('Open Bills')?.keys).toEqual(['A']);
    const two = one.replace('</Key>', '<PropertyRef Name="B" /></Key>');
    const sets =
      '<EntitySet Name="One" EntityType="N.Row" /><EntitySet Name="Two" EntityType="Ns.Row" /><EntitySet Name="Gone" EntityType="N.No" />';
    const found = readMetadata(document(two, sets));
    expect([...found].map(([name, { keys }]) => [name, keys])).toEqual([
      ['One', ['A', 'B']],
      ['Two', ['A', 'B']],
    ]);
  });

  it.each([
    ['a web page', '<!doctype html><html><body>Sign in</body></html>', /document type|web page/],
    ['a web page without doctype', '<html><body>Sign in</body></html>', /is a web page/],
    ['half a document', document('').slice(0, 120), /not complete XML \(line \d/],
    ['crossed tags', '<a><b></a></b>', /not complete XML/],
    ['JSON', '{"value": []}', /not complete XML|no OData description/],
    ['nothing', '', /not complete XML|no OData description/],
    ['another XML', '<rss />', /is no OData description/],
    ['a column without name', document('<Property Type="Edm.String" />'), /a column without name or type/],
    ['a nest of two thousand elements', `${'<a>'.repeat(2000)}${'</a>'.repeat(2000)}`, /cannot be read/],
  ])('that is %s is refused with a sentence', (_title, xml, words) => {
    const error = failure(xml);
    expect(error).toMatchObject({ code: 'remote.badResponse', hint: expect.stringContaining('SM208000') });
    expect(error.message).toMatch(words);
  });

  it('expands no entities: a document that declares some is refused before it is parsed', () => {
    const lines = Array.from({ length: 30 }, (_, at) => `<!ENTITY e${at + 1} "&e${at};&e${at};&e${at};">`).join('');
    const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">${lines}]>${document('<a>&e30;</a>').slice(21)}`;
    expect(failure(bomb).message).toContain('document type definition');
    const file = bomb.replace(lines, '<!ENTITY e30 SYSTEM "file:///etc/passwd">');
    expect(failure(file).message).toContain('document type definition');
  });

  it('either reads or refuses whatever comes, and never throws anything else', () => {
    const base = document('<Property Name="A" Type="Edm.Decimal" /><Property Name="__proto__" Type="Edm.String" />');
    fc.assert(
      fc.property(fc.nat(base.length), fc.nat(40), fc.string({ maxLength: 12 }), (at, length, noise) => {
        try {
          readMetadata(base.slice(0, at) + noise + base.slice(at + length));
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(AppError);
        }
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});
