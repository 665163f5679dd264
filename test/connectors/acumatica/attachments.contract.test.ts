import { describe, expect, it } from 'vitest';
import { keysIn } from '../../../connectors/acumatica/resources/reading.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { billOf, practice, writing } from './support.ts';

const file = (mark: string, name = 'Invoice 7.pdf') => {
  const bytes = new TextEncoder().encode(`%PDF ${mark}`);
  return { name, mark, mediaType: 'application/pdf', size: bytes.length, bytes };
};

async function setUp(faults: readonly string[] = []) {
  const { server, client, exchanges } = await practice(faults);
  const { create, attach, release } = writing('bills');
  const { id } = await create(client, billOf('ATT-1'));
  const held = async () => {
    const [document] = (await server.documents('bills')).filter(({ VendorRef }) => VendorRef === 'ATT-1');
    const files = Array.isArray(document?.files) ? document.files : [];
    return files.map((entry) => [(entry as Fields).filename, (entry as Fields).comment]);
  };
  return {
    attach: (given: ReturnType<typeof file> & { isFirst?: boolean }) => attach(client, id, given),
    /** Times the bill was read. */
    reads: () => exchanges.filter(({ method, url }) => method === 'GET' && url.includes('/Bill/')).length,
    release: () => release(client, id),
    held,
    /** Puts a file there under a name of its own, as somebody else. */
    put: async (name: string) => {
      const record = await client.get('Bill', keysIn(id), { select: ['Type', 'ReferenceNbr'], expand: ['files'] });
      await client.attach('Bill', record as Fields, { name, content: new Uint8Array([1]) });
    },
  };
}

describe('files of a bill', () => {
  it('never replace one whose name Acumatica tells with the document before it', async () => {
    const { attach, put, held } = await setUp();
    await put('Bills and Adjustments (Bill, 000001)\\Invoice 7.pdf');
    expect(await attach(file('Costwire procore/1'))).toEqual({ name: 'Invoice 7 (2).pdf' });
    expect(await held()).toHaveLength(2);
  });

  it('are attached to a bill made just now without reading it, and looked for ever after', async () => {
    const { attach, held, reads } = await setUp();
    await attach({ ...file('Costwire procore/1'), isFirst: true });
    expect(reads()).toBe(0);
    expect(await attach({ ...file('Costwire procore/1'), isFirst: true })).toEqual({ name: 'Invoice 7.pdf' });
    expect(reads()).toBe(1);
    expect(await held()).toEqual([['Invoice 7.pdf', 'Costwire procore/1']]);
  });

  it('are attached once per mark, and never replace another of the same name', async () => {
    const { attach, held } = await setUp();
    expect(await attach(file('Costwire procore/1'))).toEqual({ name: 'Invoice 7.pdf' });
    expect(await attach(file('Costwire procore/1', 'renamed.pdf'))).toEqual({ name: 'Invoice 7.pdf' });
    expect(await attach(file('Costwire procore/2', 'INVOICE 7.PDF'))).toEqual({ name: 'INVOICE 7 (2).PDF' });
    expect(await attach(file('Costwire procore/3', '../a:b?.pdf'))).toEqual({ name: '_a_b_.pdf' });
    expect(await held()).toEqual([
      ['Invoice 7.pdf', 'Costwire procore/1'],
      ['INVOICE 7 (2).PDF', 'Costwire procore/2'],
      ['_a_b_.pdf', 'Costwire procore/3'],
    ]);
  });

  it('are found when the answer was lost, and can be attached to a released bill', async () => {
    const { attach, held, release } = await setUp(['method=PUT;path=/files/;nth=1;cut-after']);
    await expect(attach(file('Costwire procore/1'))).rejects.toMatchObject({ code: 'remote.outcomeUnknown' });
    expect(await attach(file('Costwire procore/1'))).toEqual({ name: 'Invoice 7.pdf' });
    expect(await held()).toHaveLength(1);
    expect((await release()).status).toBe('Open');
    await attach(file('Costwire procore/2', 'b.pdf'));
    expect(await held()).toHaveLength(2);
  });

  it.each([
    ['small-files', 500, 'The file size exceeds the maximum of 0 KB'],
    ['no-pdf-files', 500, "The file type '.pdf' is not allowed"],
    ['small-requests', 413, 'the web server in front of it takes no request of that size'],
  ])('that the tenant refuses (%s) are told with what to do', async (fault, status, words) => {
    const { attach, held } = await setUp([fault]);
    const large = { ...file('Costwire procore/1'), bytes: new Uint8Array(600), size: 600 };
    const thrown: unknown = await attach(large).catch((error: unknown) => error);
    expect(thrown).toMatchObject({
      code: 'remote.rejected',
      message: expect.stringContaining(words),
      hint: expect.stringContaining('SM202550'),
      remote: { status },
    });
    expect(thrown).toMatchObject({ message: expect.stringContaining('The file Invoice 7.pdf has 1 KB.') });
    expect(await held()).toEqual([]);
  });

  it('larger than 25 MB are refused before anything is sent', async () => {
    const { attach, held } = await setUp();
    await expect(attach({ ...file('Costwire procore/1'), size: 25 * 1024 * 1024 + 1 })).rejects.toMatchObject({
      code: 'data.tooLarge',
    });
    expect(await held()).toEqual([]);
  });
});
