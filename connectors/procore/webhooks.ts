/** Webhooks: what Procore may announce, and reading a delivery. @source https://developers.procore.com/documentation/webhooks (2026-06) */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { WebhookDeclaration, WebhookEvent } from '../../engine/model/connector.ts';
import type { Value } from '../../engine/model/record.ts';
import { asFields, asText, parseLossless } from '../kit/json.ts';

/** Our resource by Procore's name of the event's record. Line events lead to the record the lines belong to. */
export const resourceOf: Readonly<Record<string, string>> = {
  'Budget Line Items': 'budget-lines',
  'Change Order Packages': 'change-order-packages',
  'Company Vendors': 'vendors',
  'Contract Payments': 'contract-payments',
  'Cost Codes': 'cost-codes',
  'Direct Cost Line Items': 'direct-costs',
  'Direct Costs': 'direct-costs',
  'Line Item Types': 'line-item-types',
  'Payment Applications': 'payment-applications',
  'Prime Contracts': 'prime-contracts',
  'Project Vendors': 'project-vendors',
  Projects: 'projects',
  'Purchase Order Contract Line Items': 'purchase-order-contracts',
  'Purchase Order Contracts': 'purchase-order-contracts',
  'Standard Cost Codes': 'standard-cost-codes',
  'Work Order Contract Line Items': 'work-order-contracts',
  'Work Order Contracts': 'work-order-contracts',
};

/** Requisitions are not among the names: they must be polled. */
export const webhookDeclaration: WebhookDeclaration = {
  events: Object.entries(resourceOf).map(([name, resource]) => ({ name, label: name, resource })),
  secretHeader: 'authorization',
  secretField: 'webhookSecret',
  help: 'Procore announces changes of these records. It does not announce requisitions (subcontractor invoices): flows poll those. A desktop needs a relay with a public https address.',
};

/** Compares without telling by its duration how much of the text was right. */
function sameSecret(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

function parse(body: string): Value | undefined {
  try {
    return parseLossless(body);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}

/**
 * Verifies the shared header and reads a delivery in payload version 2, 3 or 4. Procore signs nothing: the header is all there is.
 * @returns undefined where the delivery is not authentic; no event where the body is not one.
 */
export function readWebhook(
  headers: Readonly<Record<string, string>>,
  body: string,
  secret: string,
): WebhookEvent[] | undefined {
  const given = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization')?.[1] ?? '';
  const bare = given.replace(/^Bearer\s+/i, '');
  if (secret === '' || !(sameSecret(bare, secret) || sameSecret(given, secret))) return undefined;
  const fields = asFields(parse(body));
  if (fields === undefined) return [];
  const name = asText(fields.resource_name) ?? asText(fields.resource_type);
  const id = asText(fields.ulid) ?? asText(fields.id);
  if (name === undefined || id === undefined) return [];
  const related = Array.isArray(fields.related_resources) ? asFields(fields.related_resources[0]) : undefined;
  const event: WebhookEvent = {
    id,
    event: `${name}/${asText(fields.event_type) ?? asText(fields.reason) ?? 'update'}`,
  };
  const resource = resourceOf[name];
  if (resource !== undefined) event.resource = resource;
  const isLine = name.endsWith('Line Items') && name !== 'Budget Line Items';
  const recordId = isLine ? asText(related?.id) : asText(fields.resource_id);
  if (recordId !== undefined) event.recordId = recordId;
  const scopeId = asText(fields.project_id) ?? asText(fields.company_id);
  if (scopeId !== undefined) event.scopeId = scopeId;
  const at = asText(fields.timestamp);
  if (at !== undefined) event.at = at;
  return [event];
}
