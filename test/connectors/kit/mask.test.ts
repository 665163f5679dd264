import { describe, expect, it } from 'vitest';
import { bodyLimit, Masker, mask } from '../../../connectors/kit/mask.ts';

const secret = 'sentinel+secret/5%"x';

describe('masking', () => {
  const masker = new Masker([secret]);

  it('hides a secret in every form it can travel in', () => {
    const forms = [
      secret,
      encodeURIComponent(secret),
      new URLSearchParams({ s: secret }).toString(),
      JSON.stringify({ s: secret }),
      Buffer.from(secret).toString('base64'),
    ];
    for (const form of forms) {
      expect(masker.text(`before ${form} after`)).toContain(mask);
      expect(masker.text(`before ${form} after`)).not.toContain('sentinel');
    }
  });

  it('hides sign-in material, bank and tax numbers by name, and leaves tax codes and amounts', () => {
    const body = JSON.stringify({
      access_token: 'abc.def',
      client_secret: 'xyz',
      TaxRegistrationID: { value: '91-5550142' },
      business_register: { type: 'EIN', identifier: '91-5550142' },
      bank_account_number: 12345678,
      IBAN: 'DE02',
      tax_code: 'WA-TAC',
      tax_code_id: 701,
      amount: '12.50',
    });
    const masked = masker.text(body);
    for (const gone of ['abc.def', 'xyz', '91-5550142', '12345678', 'DE02']) expect(masked).not.toContain(gone);
    expect(JSON.parse(masked)).toMatchObject({ tax_code: 'WA-TAC', tax_code_id: 701, amount: '12.50' });
  });

  it('hides form fields, headers and queries', () => {
    expect(masker.text('grant_type=password&password=hunter22&code=one-time&scope=api')).toBe(
      `grant_type=password&password=${mask}&code=${mask}&scope=api`,
    );
    expect(masker.headers({ Authorization: 'Bearer abc', 'X-Api-Key': 'k', Accept: 'json', Cookie: 'c' })).toEqual({
      authorization: mask,
      'x-api-key': mask,
      accept: 'json',
      cookie: mask,
    });
  });

  it('hides a pair wherever it stands and however it is spaced', () => {
    for (const name of ['password', 'Vendor.Tax_Registration_ID', 'x-amz-signature', 'ABN'])
      for (const gap of ['', ' ', '\n\t'])
        for (const before of ['{', '{"a": "b", ', '{"note":"a: \\"b\\"",', '{"password" 1, ']) {
          const body = `${before}"${name}"${gap}:${gap}"hunter22", "amount": 5}`;
          expect(masker.text(body)).toBe(`${before}"${name}"${gap}:${gap}"${mask}", "amount": 5}`);
        }
  });

  it('leaves no half secret where a body is cut', () => {
    const long = new Masker(['S3NTINEL'.repeat(40)]);
    const body = `${'x'.repeat(bodyLimit - 20)}${'S3NTINEL'.repeat(40)}${'y'.repeat(20_000)}`;
    expect(long.body(body)).not.toContain('S3N');
    expect(long.body(body).length).toBeLessThan(bodyLimit + 60);
  });
});

it('a secret is hidden however a server escapes it in JSON', () => {
  const masker = new Masker(['pa"ss/wörd+1']);
  for (const echoed of ['pa\\"ss/wörd+1', 'pa\\"ss/w\\u00f6rd+1', 'pa\\"ss\\/wörd+1', 'pa\\"ss\\/w\\u00f6rd+1'])
    expect(masker.text(`{"echo":"${echoed}"}`)).toBe(`{"echo":"${mask}"}`);
});
