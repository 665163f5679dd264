import { describe, expect, it } from 'vitest';
import { parseLossless } from '../../../connectors/kit/json.ts';
import { costTypeCode } from '../../../connectors/procore/coding.ts';
import { readProcoreError } from '../../../connectors/procore/errors.ts';
import { readWebhook } from '../../../connectors/procore/webhooks.ts';

const read = (text: string, status = 422) => {
  const isJson = text.startsWith('{') || text.startsWith('"');
  return readProcoreError({ status, headers: {}, value: isJson ? parseLossless(text) : undefined, text });
};

describe('error bodies', () => {
  it.each([
    [
      '1',
      '{"errors":{"name":["can\'t be blank"],"base":["Not complete"]}}',
      "name can't be blank; Not complete",
      { name: "can't be blank" },
    ],
    ['2', '{"errors":["App is not connected to this company."]}', 'App is not connected to this company.', {}],
    ['3', '{"errors":"You do not have permission"}', 'You do not have permission', {}],
    [
      '4',
      '{"error":{"code":"400","message":"Invalid","details":[{"code":"x","message":"must be a date","source":"billing_date"}]}}',
      'Invalid must be a date',
      { billing_date: 'must be a date' },
    ],
    ['5', '{"message":"Budget is locked","error":"Unprocessable"}', 'Budget is locked; Unprocessable', {}],
    [
      '6',
      '{"code":401,"message":"Forbidden","fields":"project_id","reason":"No access","error":"forbidden"}',
      'Forbidden; forbidden; No access',
      { project_id: 'Forbidden; forbidden; No access' },
    ],
    [
      '7',
      '{"error":"invalid_grant","error_description":"The refresh token is invalid"}',
      'The refresh token is invalid; invalid_grant',
      {},
    ],
    [
      '8',
      '{"errors":{"base":["Missing"],"fields":{"label":"is required"}}}',
      'Missing; fields label is required',
      { label: 'is required' },
    ],
    ['9', '{"error":{"error":"One an hour"}}', 'One an hour', {}],
    ['10, plain', 'Missing Procore-Company-Id header!', 'Missing Procore-Company-Id header!', {}],
  ])('shape %s is read', (_shape, body, message, fields) => {
    const problem = read(body);
    expect(problem.message).toBe(message);
    expect(problem.fields ?? {}).toEqual(fields);
  });

  it('quotes no web page and tells what 404 can mean', () => {
    const problem = read('<html><h1>502</h1></html>', 404);
    expect(problem.message).toBeUndefined();
    expect(problem.hint).toContain('permitted projects');
  });
});

describe('cost type of a budget code', () => {
  const types = new Set(['S', 'M', 'L']);

  it.each([
    [{ flat_code: '03-300.S' }, '03-300', 'S'],
    [{ flat_code: '01-010.100.M' }, '01-010.100', 'M'],
    [{ flat_code: '03-300-L-EAST' }, '03-300', 'L'],
    [{ flat_code: '03-300.S' }, undefined, 'S'],
    [{ flat_code: '03-300' }, '03-300', undefined],
    [{ flat_code: 'x', segment_items: [{ code: 'M', segment: { type: 'line_item_type' } }] }, '03-300', 'M'],
    [null, '03-300', undefined],
  ])('of %o with cost code %s is %s', (wbs, fullCode, expected) => {
    expect(costTypeCode(wbs, fullCode, types)).toBe(expected);
  });
});

describe('webhook deliveries', () => {
  const secret = 'shared-secret-1';
  const headers = { Authorization: `Bearer ${secret}` };

  it('are read in payload versions 2, 3 and 4', () => {
    const v2 =
      '{"id":910000001,"ulid":"01JX","event_type":"update","resource_name":"Work Order Contracts","resource_id":562949980000041,"company_id":1,"project_id":2,"timestamp":"2026-06-11T14:02:11Z"}';
    expect(readWebhook(headers, v2, secret)).toEqual([
      {
        id: '01JX',
        event: 'Work Order Contracts/update',
        resource: 'work-order-contracts',
        recordId: '562949980000041',
        scopeId: '2',
        at: '2026-06-11T14:02:11Z',
      },
    ]);
    const v3 =
      '{"ulid":"u","event_type":"create","resource_name":"Direct Cost Line Items","resource_id":7,"project_id":2,"related_resources":[{"id":562949985000020,"name":"Direct Costs"}]}';
    expect(readWebhook(headers, v3, secret)?.[0]).toMatchObject({
      resource: 'direct-costs',
      recordId: '562949985000020',
    });
    const v4 = '{"id":"01Z","reason":"update","resource_type":"Company Vendors","resource_id":"5","company_id":"9"}';
    expect(readWebhook(headers, v4, secret)?.[0]).toMatchObject({ resource: 'vendors', recordId: '5', scopeId: '9' });
  });

  it('of company vendors carry no project: the company is their scope, in every version', () => {
    const v2 = '{"ulid":"u","event_type":"update","resource_name":"Company Vendors","resource_id":5,"company_id":9}';
    const v4 = '{"id":"01Z","reason":"update","resource_type":"Company Vendors","resource_id":"5","company_id":"9"}';
    for (const text of [v2, v4, v2.replace('}', ',"project_id":null}')]) {
      const [event] = readWebhook(headers, text, secret) ?? [];
      expect(event).toMatchObject({ resource: 'vendors', recordId: '5', scopeId: '9' });
    }
  });

  it('with a wrong, missing or empty secret are not authentic', () => {
    expect(readWebhook({ authorization: 'Bearer other' }, '{}', secret)).toBeUndefined();
    expect(readWebhook({}, '{}', secret)).toBeUndefined();
    expect(readWebhook({ authorization: '' }, '{}', '')).toBeUndefined();
    expect(readWebhook(headers, 'no json', secret)).toEqual([]);
  });
});
