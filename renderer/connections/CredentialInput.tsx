/** One field of a connection form, drawn from its declaration. */
import { Autocomplete, Button, Checkbox, PasswordInput, Select, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { CredentialField } from '../../engine/model/connection.ts';
import { errorOf } from '../state/slice.ts';
import { useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import type { ConnectionDraft } from './draft.ts';

/** What every field input takes. */
export interface CredentialInputProps {
  field: CredentialField;
  draft: ConnectionDraft;
  isSet: boolean;
  error: string | undefined;
  disabled: boolean;
  onField: (name: string, value: string) => void;
  onSecret: (name: string, value: string | null | undefined) => void;
}

function SecretInput(props: CredentialInputProps): ReactNode {
  const { field, draft, isSet, error, disabled, onSecret } = props;
  const typed = draft.secrets[field.name];
  // A sign-in through the browser is not typed; its button stands below the form.
  if (field.obtained === 'sign-in' && typed !== null && !isSet) return null;
  if (isSet && (typed === undefined || typed === null)) {
    return (
      <div className="secret">
        <span className="secret__label">{field.label}</span>
        <span className="secret__state">
          {typed === null ? t.connections.secretForgotten : t.connections.secretSet}
        </span>
        <span className="secret__actions">
          {field.obtained === 'sign-in' ? null : (
            <Button variant="default" disabled={disabled} onClick={() => onSecret(field.name, '')}>
              {t.connections.secretReplace}
              <span className="visually-hidden"> {field.label}</span>
            </Button>
          )}
          {field.required ? null : (
            <Button
              variant="subtle"
              color="gray"
              disabled={disabled}
              onClick={() => onSecret(field.name, typed === null ? undefined : null)}
            >
              {typed === null ? t.connections.secretKeep : t.connections.secretForget}
              <span className="visually-hidden"> {field.label}</span>
            </Button>
          )}
        </span>
      </div>
    );
  }
  return (
    <div className="secret-edit">
      <PasswordInput
        size="xs"
        label={field.label}
        description={field.help}
        withAsterisk={field.required}
        autoComplete="off"
        value={typed ?? ''}
        error={error}
        disabled={disabled}
        onChange={(event) => onSecret(field.name, event.currentTarget.value)}
      />
      {isSet ? (
        <Button variant="subtle" color="gray" onClick={() => onSecret(field.name, undefined)}>
          {t.connections.secretKeep}
        </Button>
      ) : null}
    </div>
  );
}

/** A field whose choices the live system knows: they can be asked for, and anything can be typed. */
function AskedInput(props: CredentialInputProps): ReactNode {
  const { client } = useAppContext();
  const { field, draft, error, disabled, onField } = props;
  const [asked, setAsked] = useState<{ choices: string[]; asking: boolean; problem?: string }>({
    choices: (field.choices ?? []).map(({ value }) => value),
    asking: false,
  });
  const ask = async (): Promise<void> => {
    setAsked({ choices: asked.choices, asking: true });
    try {
      const { name: _name, ...form } = draft;
      const choices = (await client.connection.choices({ ...form, field: field.name })).map(({ value }) => value);
      setAsked({ choices, asking: false, ...(choices.length === 0 ? { problem: t.connections.choicesEmpty } : {}) });
    } catch (thrown) {
      const { message, hint } = errorOf(thrown, `asking for ${field.label}`);
      setAsked({ choices: [], asking: false, problem: `${message} ${hint}` });
    }
  };
  return (
    <div className="asked">
      <Autocomplete
        size="xs"
        label={field.label}
        description={field.help}
        withAsterisk={field.required}
        placeholder={field.placeholder ?? ''}
        data={asked.choices}
        value={draft.fields[field.name] ?? field.default ?? ''}
        error={error ?? asked.problem}
        disabled={disabled}
        onChange={(value) => onField(field.name, value)}
      />
      <Button variant="default" loading={asked.asking} disabled={disabled} onClick={() => void ask()}>
        {t.connections.choices}
        <span className="visually-hidden"> {field.label}</span>
      </Button>
    </div>
  );
}

/** The input that fits the field's kind. */
export function CredentialInput(props: CredentialInputProps): ReactNode {
  const { field, draft, error, disabled, onField } = props;
  const value = draft.fields[field.name] ?? field.default ?? '';
  const common = { label: field.label, description: field.help, withAsterisk: field.required, error, disabled };
  if (field.kind === 'secret') return <SecretInput {...props} />;
  if (field.dynamicChoices === true) return <AskedInput {...props} />;
  if (field.kind === 'choice') {
    return (
      <Select
        {...common}
        data={[...(field.choices ?? [])]}
        value={value}
        allowDeselect={false}
        onChange={(chosen) => onField(field.name, chosen ?? '')}
      />
    );
  }
  if (field.kind === 'boolean') {
    return (
      <Checkbox
        label={field.label}
        description={field.help}
        error={error}
        disabled={disabled}
        checked={value === 'true'}
        onChange={(event) => onField(field.name, String(event.currentTarget.checked))}
      />
    );
  }
  return (
    <TextInput
      {...common}
      placeholder={field.placeholder ?? ''}
      inputMode={field.kind === 'integer' ? 'numeric' : field.kind === 'url' ? 'url' : 'text'}
      autoComplete="off"
      spellCheck={false}
      value={value}
      onChange={(event) => onField(field.name, event.currentTarget.value)}
    />
  );
}
