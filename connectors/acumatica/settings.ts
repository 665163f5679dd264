/** The fields of an Acumatica connection: the form, and what they mean once checked. */
import type { CredentialField } from '../../engine/model/connection.ts';
import type { ConnectContext } from '../../engine/model/connector.ts';
import { AppError } from '../../engine/model/error.ts';
import { checkBaseUrl } from '../kit/urls.ts';

/** Redirect address where the connection names no other. */
export const defaultRedirect = 'http://127.0.0.1:8724/acumatica/callback';

const oauth = ['password', 'authorization_code_pkce'];
const withPassword = ['password', 'cookie'];

/** The connection form. */
export const credentialFields: readonly CredentialField[] = [
  {
    name: 'instanceUrl',
    label: 'Instance address',
    kind: 'url',
    required: true,
    placeholder: 'https://acme.acumatica.com',
    help: 'The address you open Acumatica at, up to and including its virtual directory, such as https://host/AcumaticaERP.',
  },
  {
    name: 'endpointName',
    label: 'Endpoint',
    kind: 'text',
    required: false,
    default: 'Default',
    help: 'Web service endpoint (form SM207060): Default, or the name of your own endpoint that extends it.',
  },
  {
    name: 'endpointVersion',
    label: 'Endpoint version',
    kind: 'choice',
    required: true,
    default: '24.200.001',
    dynamicChoices: true,
    help: 'One of the versions that your instance serves. Several are served side by side; newer ones know more fields.',
  },
  {
    name: 'authMode',
    label: 'Sign in with',
    kind: 'choice',
    required: false,
    default: 'password',
    choices: [
      { value: 'password', label: 'API user and password (OAuth), for unattended runs' },
      { value: 'authorization_code_pkce', label: 'Browser sign-in (OAuth with PKCE)' },
      { value: 'cookie', label: 'User and password (session cookie), for old builds' },
    ],
    help: 'Browser sign-in never shows Costwire your password. The cookie sign-in will be discontinued by the vendor.',
  },
  {
    name: 'clientId',
    label: 'Client ID',
    kind: 'text',
    required: false,
    when: { field: 'authMode', is: oauth },
    placeholder: '88358B02-…-30F6@Acme Live',
    help: 'From the form Connected Applications (SM303010), with @ and the tenant at its end: it selects the company.',
  },
  {
    name: 'clientSecret',
    label: 'Client secret',
    kind: 'secret',
    required: false,
    when: { field: 'authMode', is: oauth },
    help: 'A shared secret of the connected application. Public PKCE clients may leave it empty.',
  },
  {
    name: 'username',
    label: 'User name',
    kind: 'text',
    required: false,
    when: { field: 'authMode', is: withPassword },
    help: 'An API user with the rights that your flows need, and no expiring password.',
  },
  {
    name: 'password',
    label: 'Password',
    kind: 'secret',
    required: false,
    when: { field: 'authMode', is: withPassword },
    help: 'Password of the API user.',
  },
  {
    name: 'tenant',
    label: 'Tenant',
    kind: 'text',
    required: false,
    when: { field: 'authMode', is: ['cookie'] },
    help: 'Login name of the tenant (form SM203520). With OAuth it is part of the client ID.',
  },
  {
    name: 'branch',
    label: 'Branch',
    kind: 'text',
    required: false,
    help: 'Branch that documents belong to where the flow does not say. Empty: the default branch of the user.',
  },
  {
    name: 'redirectUri',
    label: 'Redirect address',
    kind: 'url',
    required: false,
    default: defaultRedirect,
    when: { field: 'authMode', is: ['authorization_code_pkce'] },
    help: 'Must be registered at the connected application, letter by letter. Costwire listens there during sign-in.',
  },
  {
    name: 'refreshToken',
    label: 'Browser sign-in',
    kind: 'secret',
    required: false,
    obtained: 'sign-in',
    when: { field: 'authMode', is: ['authorization_code_pkce'] },
    help: 'Kept by Costwire after the browser sign-in; it changes with every renewal.',
  },
  {
    name: 'requestsPerMinute',
    label: 'Requests per minute',
    kind: 'integer',
    required: false,
    help: 'Half of what your licence allows (form SM604000) avoids delays. Empty: Acumatica slows Costwire down by itself.',
  },
  {
    name: 'customFields',
    label: 'Custom fields to read',
    kind: 'text',
    required: false,
    placeholder: 'Bill: Document.UsrProcoreId, Details/Transactions.UsrArea',
    help: 'Fields your company added, as Entity: View.Field, or Entity: Details/View.Field for those of lines; several entities are separated by semicolons.',
  },
  {
    name: 'webhookSecret',
    label: 'Push notification secret',
    kind: 'secret',
    required: false,
    help: 'The header value of the push notification destination (form SM304000). Without it notifications are not accepted.',
  },
];

/** How a connection signs in. */
export type AuthMode = 'password' | 'authorization_code_pkce' | 'cookie';

/** A checked connection. */
export interface Settings {
  /** Without a slash at the end; may contain a virtual directory. */
  instanceUrl: string;
  endpointName: string;
  endpointVersion: string;
  authMode: AuthMode;
  clientId: string;
  clientSecret: string | undefined;
  username: string;
  password: string;
  /** Tenant by its login name; from the client ID with OAuth. */
  tenant: string;
  branch: string;
  redirectUri: string;
  requestsPerMinute: number | undefined;
  /** Custom field names to read, by entity. */
  customFields: ReadonlyMap<string, readonly string[]>;
}

const missing = (label: string): AppError =>
  new AppError('connection.missingField', `The field “${label}” of the connection is empty.`);

function readCustomFields(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const part of text.split(';').filter((entry) => entry.trim() !== '')) {
    const [entity = '', names = ''] = part.split(':');
    const list = names
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    if (!/^\w+$/.test(entity.trim()) || list.length === 0 || list.some((name) => !/^(?:\w+\/)*\w+\.\w+$/.test(name))) {
      throw new AppError(
        'connection.invalidField',
        `“${part.trim()}” in the field “Custom fields to read” is not of the form Entity: View.Field.`,
      );
    }
    found.set(entity.trim(), list);
  }
  return found;
}

function readClientId(clientId: string): string {
  if (clientId === '') throw missing('Client ID');
  const at = clientId.lastIndexOf('@');
  if (at < 1 || at === clientId.length - 1) {
    throw new AppError(
      'connection.invalidField',
      'The client ID must end with @ and the tenant, for it selects the company.',
      {
        hint: 'Copy it whole from the form Connected Applications (SM303010), for instance 88358B02-…-30F6@Acme Live.',
      },
    );
  }
  return clientId.slice(at + 1);
}

/**
 * Refuses the endpoints of contract version 5: they write queries otherwise, and give drop-down values as pairs of id and text.
 * Endpoints that a company made from scratch since then have it too, which their names do not tell.
 * @source endpoint metadata of Default/26.200.001 (systemContractVersion 5); Integration Development Guide 2026 R2, "Contract Versions"
 */
function refuseNewContract(name: string, version: string): void {
  if (name !== 'Default' || !isNewContract(version)) return;
  throw new AppError(
    'connection.invalidField',
    `Costwire does not speak the language of the endpoint Default ${version}.`,
    {
      hint: 'Choose version 25.200.001 or an older one: the same instance serves it beside the newer ones.',
    },
  );
}

/**
 * Whether a version of Default has contract version 5. Versions are named by their year: one of a year far away does not exist, and the
 * instance says best which do.
 */
export const isNewContract = (version: string): boolean => {
  const year = Number(version.split('.')[0]);
  return year >= 26 && year < 60;
};

/** Checks the fields of a connection. @throws AppError connection.missingField, connection.invalidField, connection.insecureAddress */
export function readSettings({ fields, secrets }: Pick<ConnectContext, 'fields' | 'secrets'>): Settings {
  const given: Partial<Record<string, string>> = fields;
  const hidden: Partial<Record<string, string>> = secrets;
  const field = (name: string): string =>
    given[name]?.trim() || (credentialFields.find((known) => known.name === name)?.default ?? '');
  const mode = field('authMode');
  if (mode !== 'password' && mode !== 'authorization_code_pkce' && mode !== 'cookie') {
    throw new AppError('connection.invalidField', `“${mode}” in the field “Sign in with” is not known.`);
  }
  const instanceUrl = checkBaseUrl(given.instanceUrl, 'Instance address').replace(/\/entity(\/.*)?$/i, '');
  const endpointVersion = field('endpointVersion');
  if (!/^[\w.]+$/.test(endpointVersion) || !/^\w+$/.test(field('endpointName'))) {
    throw new AppError(
      'connection.invalidField',
      'The endpoint and its version may contain letters, digits and dots only.',
    );
  }
  refuseNewContract(field('endpointName'), endpointVersion);
  const perMinute = field('requestsPerMinute');
  if (perMinute !== '' && !/^[1-9]\d{0,4}$/.test(perMinute)) {
    throw new AppError(
      'connection.invalidField',
      `“${perMinute}” in the field “Requests per minute” is not a whole number above zero.`,
    );
  }
  const clientId = field('clientId');
  const tenant = mode === 'cookie' ? field('tenant') : readClientId(clientId);
  if (mode !== 'authorization_code_pkce') {
    if (field('username') === '') throw missing('User name');
    if ((hidden.password ?? '') === '')
      throw new AppError('vault.missingSecret', 'The password of the connection is not set.');
  }
  return {
    instanceUrl,
    endpointName: field('endpointName'),
    endpointVersion,
    authMode: mode,
    clientId,
    clientSecret: hidden.clientSecret === '' ? undefined : hidden.clientSecret,
    username: field('username'),
    password: hidden.password ?? '',
    tenant,
    branch: field('branch'),
    redirectUri: field('redirectUri'),
    requestsPerMinute: perMinute === '' ? undefined : Number(perMinute),
    customFields: readCustomFields(field('customFields')),
  };
}
