/** Acumatica ERP through its contract-based REST endpoints. */
import type { Connector } from '../../engine/model/connector.ts';
import { defineConnector } from '../kit/define.ts';
import { signInWithBrowser } from './browser-sign-in.ts';
import { AcumaticaClient } from './client.ts';
import { ping } from './ping.ts';
import { readPush, webhooks } from './push.ts';
import { bills, extendableBills } from './resources/bills.ts';
import { documents, extendableDocuments } from './resources/documents.ts';
import { discoverInquiries, inquiryRows } from './resources/inquiries.ts';
import { extendableMasters, masters } from './resources/masters.ts';
import { discoverOwnFields } from './resources/own-fields.ts';
import { reversals } from './resources/reversals.ts';
import { credentialFields, isNewContract } from './settings.ts';

const resources = [bills, ...documents, ...reversals, ...masters, inquiryRows];

/** The connector. */
export const acumatica: Connector<AcumaticaClient> = defineConnector<AcumaticaClient>({
  id: 'acumatica',
  title: 'Acumatica',
  vendor: 'Acumatica',
  description: 'Vendors, accounts, projects, cost codes, commitments, AP bills and payments of Acumatica ERP.',
  role: 'both',
  credentials: credentialFields,
  limits: [
    {
      requests: 50,
      perSeconds: 60,
      description:
        'The licence sets requests per minute, parallel requests and API users (form SM604000); Costwire uses one session, one request at a time.',
      source:
        'Integration Development Guide 2026 R1, License Restrictions for API Users; the figure is a smallest-tier guess',
      assumed: true,
    },
  ],
  assumptions: [
    'A date without time is sent as midnight without offset, so that no time zone moves the day.',
    'Retainage fields of a bill can be set through the custom block in the same insert as its lines.',
    'SubcontractNbr and SubcontractLineNbr of a bill line can be written through the custom block.',
    'A 500 that carries an exception of the platform is a business rule: nothing was saved.',
    'A failed long-running operation answers an error status at its status address.',
    'A bill that releases retainage repeats the vendor reference of the bill that kept it back.',
    'The action ReverseBill saves a debit adjustment that keeps the vendor and names the bill in OrigRefNbr.',
    'The action VoidCheck voids a payment at once, or makes a document of the type Voided Payment with its number.',
    'The type of an AP payment is called Payment.',
    'The OData address of the inquiries lists them, as OData 4 demands of a service.',
    'The schema of custom fields carries those of lines inside the first line, as records do.',
    'Signing out ends the session of a bearer token at once.',
  ],
  webhooks,
  connect: (context) => new AcumaticaClient(context),
  disconnect: (client) => client.close(),
  signIn: signInWithBrowser,
  ping: (client, needs) => ping(client, needs, resources),
  async choices(client, field) {
    if (field !== 'endpointVersion') return [];
    const { endpoints } = await client.endpoints();
    const own = endpoints.filter(
      ({ name, version }) => name === client.settings.endpointName && (name !== 'Default' || !isNewContract(version)),
    );
    return own
      .map(({ version }) => ({ value: version, label: version }))
      .sort((a, b) => b.value.localeCompare(a.value, 'en', { numeric: true }));
  },
  resources,
  discover: async (client, wanted) => [
    ...(await discoverOwnFields(client, [extendableBills, ...extendableDocuments, ...extendableMasters], wanted)),
    ...(await discoverInquiries(client, wanted)),
  ],
  readWebhook: readPush,
  simulator: () => import('./simulator/index.ts'),
});
