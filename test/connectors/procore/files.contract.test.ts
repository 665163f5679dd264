import { describe, expect, it } from 'vitest';
import type { ProcoreClient } from '../../../connectors/procore/client.ts';
import { procore } from '../../../connectors/procore/index.ts';
import type { FileReference } from '../../../engine/model/connector.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { practice, read } from './support.ts';

const { signal } = new AbortController();

/** The first file among the records of a resource. */
async function fileOf(client: ProcoreClient, id: string): Promise<FileReference> {
  for (const { value, origin } of (await read(client, id)).records) {
    const [file] = (value.attachments ?? []) as Fields[];
    if (file !== undefined) return { id: String(file.id), name: String(file.name), url: String(file.url), origin };
  }
  throw new Error(`${id} have no file`);
}

const fetching = (client: ProcoreClient, reference: FileReference) => {
  if (procore.fetchFile === undefined) throw new Error('Files cannot be fetched');
  return procore.fetchFile(client, reference, signal);
};

describe('fetching the file of a record', () => {
  it.each(['requisitions', 'direct-costs'])('brings the PDF of %s whole', async (resource) => {
    const { client } = await practice();
    const reference = await fileOf(client, resource);
    const file = await fetching(client, reference);
    expect(file).toMatchObject({ name: reference.name, mediaType: 'application/pdf', size: file.bytes.length });
    expect(Buffer.from(file.bytes).toString('latin1')).toMatch(/^%PDF-1\.4[\s\S]*%%EOF\n$/);
  });

  it('signs in at Procore and never at the host that Procore sends on to', async () => {
    const { client, running } = await practice();
    const reference = await fileOf(client, 'requisitions');
    running.services.log.clear();
    await fetching(client, reference);
    const asked = running.services.log.list().map(({ target, headers }) => ({
      place: target.split('/')[1],
      host: headers.host?.split(':')[0],
      signedIn: 'authorization' in headers || 'procore-company-id' in headers,
    }));
    expect(asked).toEqual([
      { place: 'files', host: '127.0.0.1', signedIn: true },
      { place: 'storage', host: 'localhost', signedIn: false },
    ]);
    expect(running.state.notes).toEqual([]);
  });

  it('takes no place of the windows that API calls have', async () => {
    const { client } = await practice();
    const reference = await fileOf(client, 'requisitions');
    const { limiter } = client.http;
    const now = Date.now();
    const before = limiter.left(now);
    await fetching(client, reference);
    expect(limiter.left(now)).toBe(before);
  });

  it('keeps signatures of addresses out of the history', async () => {
    const { client, exchanges } = await practice();
    const reference = await fileOf(client, 'requisitions');
    exchanges.length = 0;
    await fetching(client, reference);
    const kept = JSON.stringify(exchanges);
    expect(kept).toContain('/storage/');
    expect(kept).not.toMatch(/(sig|Signature)=[0-9a-f]/);
  });

  it('reads the record again where the address is no longer served', async () => {
    const { client, running } = await practice();
    const reference = await fileOf(client, 'requisitions');
    running.state.fileEpoch += 1;
    expect((await fetching(client, reference)).mediaType).toBe('application/pdf');
  });

  it('says so where the record cannot give another address', async () => {
    const { client, running } = await practice();
    const { origin: _origin, ...reference } = await fileOf(client, 'requisitions');
    running.state.fileEpoch += 1;
    await expect(fetching(client, reference)).rejects.toMatchObject({ code: 'remote.notFound' });
  });

  it.each([
    'https://files.example.com/invoice.pdf',
    'https://procore.com.example.com/invoice.pdf',
    'http://storage.procore.com/invoice.pdf',
    'file:///etc/passwd',
    'http://127.0.0.1:1/invoice.pdf',
    'nowhere',
  ])('asks nothing at %s, which is not an address of Procore', async (url) => {
    const { client, exchanges } = await practice();
    await expect(fetching(client, { id: '1', name: 'invoice.pdf', url })).rejects.toMatchObject({
      code: 'data.badValue',
    });
    expect(exchanges).toEqual([]);
  });

  it.each([
    ['file-elsewhere', '192.168.0.1'],
    ['file-inside', 'localhost.'],
  ])('does not follow an address into the private network (%s)', async (fault, host) => {
    const { client } = await practice({ faults: [`${fault};path=/files/`] });
    const reference = await fileOf(client, 'requisitions');
    await expect(fetching(client, reference)).rejects.toMatchObject({
      code: 'data.badValue',
      message: expect.stringContaining(host),
    });
  });

  it('breaks off a file that is too large', async () => {
    const { client } = await practice({ faults: ['huge-file;path=/storage/'] });
    const reference = await fileOf(client, 'requisitions');
    await expect(fetching(client, reference)).rejects.toMatchObject({
      code: 'data.tooLarge',
      message: expect.stringContaining(reference.name ?? ''),
    });
  });

  it('renews the sign-in once and tries a broken connection again', async () => {
    const { client, running } = await practice({ faults: ['cut-during;path=/storage/;times=1'] });
    const reference = await fileOf(client, 'requisitions');
    running.services.tokens.expireAll();
    expect((await fetching(client, reference)).mediaType).toBe('application/pdf');
  });

  it('makes a plain file name of whatever the record says', async () => {
    const { client } = await practice();
    const reference = await fileOf(client, 'requisitions');
    const file = await fetching(client, { ...reference, name: '../..\\Bill\u0000 №7: "May"\u202e.pdf' });
    expect(file.name).toBe('-..-Bill №7- -May-.pdf');
  });
});
