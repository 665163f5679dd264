/** The form of a connection as plain data: what was typed, what is still missing, what would be saved. Pure. */
import type { ConnectionView, ConnectorView } from '../../engine/api/contract.ts';
import { type CredentialField, type Environment, isShown } from '../../engine/model/connection.ts';

/** A connection as typed. A secret is absent (unchanged), a text (replace) or null (forget). */
export interface ConnectionDraft {
  id?: string;
  connector: string;
  name: string;
  environment: Environment;
  fields: Readonly<Record<string, string>>;
  secrets: Readonly<Record<string, string | null>>;
}

/** A new connection: defaults filled in, sandbox until somebody says production. */
export function newDraft(connector: ConnectorView): ConnectionDraft {
  const defaults = connector.credentials.filter((field) => field.kind !== 'secret' && field.default !== undefined);
  return {
    connector: connector.id,
    name: connector.title,
    environment: 'sandbox',
    fields: Object.fromEntries(defaults.map((field) => [field.name, field.default ?? ''])),
    secrets: {},
  };
}

/** A stored connection ready to be edited. */
export function draftOf(connection: ConnectionView): ConnectionDraft {
  const { id, connector, name, environment, fields } = connection;
  return { id, connector, name, environment, fields, secrets: {} };
}

/** Whether the connection, as filled in, signs in through the user's browser. */
export const signsInByBrowser = (draft: ConnectionDraft, fields: readonly CredentialField[]): boolean =>
  fields.some((field) => field.obtained === 'sign-in' && isShown(field, fields, draft.fields));

/** Whether the draft differs from what is stored. A new one always does. */
export function isChanged(draft: ConnectionDraft, stored: ConnectionView | undefined): boolean {
  if (stored === undefined) return true;
  const names = new Set([...Object.keys(draft.fields), ...Object.keys(stored.fields)]);
  return (
    draft.name !== stored.name ||
    draft.environment !== stored.environment ||
    Object.keys(draft.secrets).length > 0 ||
    [...names].some((name) => (draft.fields[name] ?? '') !== (stored.fields[name] ?? ''))
  );
}

/** Required fields that are still blank, by name. Hidden fields are never missing. */
export function missingFields(
  draft: ConnectionDraft,
  fields: readonly CredentialField[],
  secretsSet: readonly string[],
): string[] {
  const isBlank = (field: CredentialField): boolean => {
    if (field.kind !== 'secret') return (draft.fields[field.name] ?? field.default ?? '').trim() === '';
    const typed = draft.secrets[field.name];
    return typed === undefined ? !secretsSet.includes(field.name) : typed === null || typed === '';
  };
  return fields
    .filter((field) => field.required && isShown(field, fields, draft.fields) && isBlank(field))
    .map(({ name }) => name);
}
