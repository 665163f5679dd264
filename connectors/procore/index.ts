/** The Procore connector: source of approved costs, target of vendors and payments. */
import { defineConnector } from '../kit/define.ts';
import { connect, defaultRedirect, type ProcoreClient, signIn } from './client.ts';
import { fetchFile } from './files.ts';
import { ping } from './ping.ts';
import { contractPayments } from './resources/billing.ts';
import { billingPeriods } from './resources/billing-periods.ts';
import { budgetLines } from './resources/budget.ts';
import { wbsCodes } from './resources/budget-codes.ts';
import { changeOrderPackages, commitmentChangeOrders, primeChangeOrders } from './resources/change-orders.ts';
import { costCodes } from './resources/codes.ts';
import {
  lineItemTypes,
  standardCostCodeLists,
  standardCostCodes,
  subJobs,
  taxCodes,
  taxTypes,
  unitsOfMeasure,
} from './resources/company-lists.ts';
import { primeContracts, purchaseOrderContracts, workOrderContracts } from './resources/contracts.ts';
import { directCosts } from './resources/direct-costs.ts';
import { paymentApplications } from './resources/payment-applications.ts';
import { dueDates, paymentDates } from './resources/payment-dates.ts';
import { companies, projects } from './resources/projects.ts';
import { requisitions } from './resources/requisitions.ts';
import { projectVendors, vendors } from './resources/vendors.ts';
import { webhookAdmin } from './webhook-admin.ts';
import { readWebhook, webhookDeclaration } from './webhooks.ts';

const resources = [
  requisitions,
  directCosts,
  workOrderContracts,
  purchaseOrderContracts,
  changeOrderPackages,
  commitmentChangeOrders,
  primeContracts,
  primeChangeOrders,
  contractPayments,
  paymentDates,
  dueDates,
  paymentApplications,
  billingPeriods,
  budgetLines,
  vendors,
  projectVendors,
  companies,
  projects,
  costCodes,
  standardCostCodes,
  standardCostCodeLists,
  lineItemTypes,
  wbsCodes,
  subJobs,
  taxCodes,
  taxTypes,
  unitsOfMeasure,
];

/** Procore as a connector. */
export const procore = defineConnector<ProcoreClient>({
  id: 'procore',
  title: 'Procore',
  vendor: 'Procore Technologies',
  description:
    'Construction management: subcontractor invoices, commitments, direct costs, change orders, vendors, budgets.',
  role: 'both',
  credentials: [
    {
      name: 'loginUrl',
      label: 'Sign-in address',
      kind: 'url',
      required: true,
      default: 'https://login.procore.com',
      help: 'Production: https://login.procore.com. Developer sandbox: https://login-sandbox.procore.com. Monthly sandbox: https://login-sandbox-monthly.procore.com. US federal: https://login.procoregov.com.',
    },
    {
      name: 'apiUrl',
      label: 'API address',
      kind: 'url',
      required: true,
      default: 'https://api.procore.com',
      help: 'Must belong to the same environment as the sign-in address. Developer sandbox: https://sandbox.procore.com. Monthly sandbox: https://api-monthly.procore.com. US federal: https://api.procoregov.com.',
    },
    {
      name: 'companyId',
      label: 'Company ID',
      kind: 'text',
      required: true,
      help: 'The number in the address of your Procore company, such as 562949953500321.',
    },
    {
      name: 'signIn',
      label: 'Sign in as',
      kind: 'choice',
      required: true,
      default: 'service-account',
      choices: [
        { value: 'service-account', label: 'Service account of the app' },
        { value: 'user', label: 'A user who signed in' },
      ],
      help: 'A service account sees the projects that the company administrator permitted to the app; a user sees what the user may see.',
    },
    {
      name: 'clientId',
      label: 'Client ID',
      kind: 'text',
      required: true,
      help: 'From the OAuth page of your app in the Procore developer portal.',
    },
    {
      name: 'clientSecret',
      label: 'Client secret',
      kind: 'secret',
      required: true,
      help: 'From the same page. It is kept in the vault and never shown again.',
    },
    {
      name: 'refreshToken',
      label: 'User sign-in',
      kind: 'secret',
      required: false,
      obtained: 'sign-in',
      help: 'Kept by Costwire after the user signed in; Procore replaces it at every use.',
      when: { field: 'signIn', is: ['user'] },
    },
    {
      name: 'redirectUri',
      label: 'Redirect address',
      kind: 'url',
      required: false,
      default: defaultRedirect,
      help: 'Must be among the redirect URIs of your app in the Procore developer portal, letter by letter. Costwire listens there during sign-in.',
      when: { field: 'signIn', is: ['user'] },
    },
    {
      name: 'webhookSecret',
      label: 'Webhook secret',
      kind: 'secret',
      required: false,
      help: 'Sent by Procore in the Authorization header of every webhook delivery. Only needed for flows that webhooks start.',
    },
  ],
  limits: [
    {
      requests: 3600,
      perSeconds: 3600,
      description: 'Calls per hour, as first guess; the headers of every answer say the true figure.',
      source: 'https://developers.procore.com/documentation/rate-limiting',
    },
    {
      requests: 25,
      perSeconds: 10,
      description: 'Spike window, enforced beside the hourly one.',
      source: 'https://developers.procore.com/documentation/rate-limiting',
    },
  ],
  assumptions: [
    'Unquoted date ranges in filters are accepted and both ends are inclusive.',
    'An edit of a line usually moves the updated time of its parent; lines are read again with their parent in any case.',
    'approved and approved_as_noted requisitions are both meant to be paid; flows filter by status.',
    'gross_amount and net_amount of a requisition line are those of the period, before and after retainage.',
    'A full list page holds 100 records where the endpoint does not say otherwise in its Per-Page header.',
    'The sign-in page ignores the PKCE parameters if it does not know them, as OAuth 2 demands.',
    'An approved prime contract locks its lines, as an approved commitment does.',
    'An owner invoice needs an approved prime contract, is locked when approved, and retains the contract’s percentage of work where it does not say how much.',
    'Vendor names have at most 255 characters.',
    'Putting a vendor on a project where it is already is refused with 422, as is a billing period that overlaps another one.',
    'An invoice needs an approved contract with invoices enabled, and a contract has one open invoice in a billing period.',
    'Days of an invoice that are left empty are those of its billing period; lines of change orders come along from the invoice before.',
    'The amount due on an invoice is the sum of what its lines come to after retainage.',
    'A standard cost code is written with its parents’ segments, as the bulk action wants it.',
    'Fetching a file does not count against the rate windows, which speak of API calls.',
    'Addresses of files hold for a while; where one is no longer served, reading the record again gives a fresh one.',
  ],
  webhooks: webhookDeclaration,
  connect,
  signIn,
  ping: (client, needs) => ping(client, needs, resources),
  resources,
  fetchFile: (client, reference, signal) => fetchFile(client, reference, signal, resources),
  readWebhook,
  webhookAdmin,
  simulator: () => import('./simulator/index.ts'),
});
