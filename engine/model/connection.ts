/** Connections: one set of credentials and addresses for one system, company and environment. Secrets are never in here. */
import { z } from 'zod';

export const environments = ['sandbox', 'production', 'practice'] as const;
export type Environment = (typeof environments)[number];

/** Stored form of a connection. `secrets` lists which secret fields are set; their values are in the vault only. */
export const connectionSchema = z.looseObject({
  id: z.string().min(1),
  name: z.string().min(1),
  connector: z.string().min(1),
  environment: z.enum(environments),
  fields: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
});
export type Connection = z.infer<typeof connectionSchema>;

/** A field of a connection form. */
export interface CredentialField {
  name: string;
  label: string;
  kind: 'text' | 'url' | 'secret' | 'choice' | 'integer' | 'boolean';
  required: boolean;
  help: string;
  placeholder?: string;
  default?: string;
  choices?: readonly { value: string; label: string }[];
  /** Shown only while another field has one of these values. */
  when?: { field: string; is: readonly string[] };
  /** A secret that the browser sign-in yields: forms offer the sign-in in place of an input. */
  obtained?: 'sign-in';
  /** Choices can be fetched from the live system once enough is filled in, such as the endpoint versions. */
  dynamicChoices?: boolean;
}

/**
 * Whether a field belongs to the connection, given what the other fields hold. A blank choice counts as its default.
 * @param all the fields of the connector
 */
export function isShown(
  { when }: CredentialField,
  all: readonly CredentialField[],
  values: Readonly<Record<string, string>>,
): boolean {
  if (when === undefined) return true;
  const other = all.find(({ name }) => name === when.field);
  return when.is.includes(values[when.field] ?? other?.default ?? '');
}

/** One named check of a ping; checks arrive one by one. */
export interface PingCheck {
  id: string;
  label: string;
  status: 'running' | 'ok' | 'warning' | 'failed' | 'skipped';
  /** What was found, in a sentence. */
  detail?: string;
  /** Why it failed and what to do; set when failed or warned. */
  cause?: string;
  remedy?: string;
  durationMs?: number;
}
