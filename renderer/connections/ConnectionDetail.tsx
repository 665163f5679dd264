/** One connection: how it signs in, whether it works, and which flows depend on it. */
import { Button, Modal, Select, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { ConnectionView, ConnectorView } from '../../engine/api/contract.ts';
import { isShown } from '../../engine/model/connection.ts';
import { EnvironmentTag } from '../app/parts.tsx';
import { hrefOf, navigate } from '../app/router.ts';
import { errorOf } from '../state/slice.ts';
import { useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { CredentialInput } from './CredentialInput.tsx';
import { type ConnectionDraft, draftOf, isChanged, missingFields, newDraft, signsInByBrowser } from './draft.ts';
import { PingChecklist } from './PingChecklist.tsx';
import { SignInPanel } from './SignInPanel.tsx';

interface DetailProps {
  connector: ConnectorView;
  /** Absent: a new connection. */
  connection: ConnectionView | undefined;
}

function RemoveDialog({ connection, onClose }: { connection: ConnectionView; onClose: () => void }): ReactNode {
  const { client, store } = useAppContext();
  const remove = async (): Promise<void> => {
    try {
      await client.connection.remove({ id: connection.id });
      await store.getState().loadConnections();
      navigate('/connections');
    } catch (thrown) {
      store.getState().complain(errorOf(thrown, t.doing.removingConnection));
    }
    onClose();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t.connections.removeTitle(connection.name)}
      closeButtonProps={{ 'aria-label': t.designer.close }}
    >
      <p>{t.connections.removeText(connection.usedBy.length)}</p>
      <div className="dialog-actions">
        <Button variant="default" data-autofocus onClick={onClose}>
          {t.connections.removeKeep}
        </Button>
        <Button color="red" onClick={() => void remove()}>
          {t.connections.remove}
        </Button>
      </div>
    </Modal>
  );
}

function UsedBy({ connection }: { connection: ConnectionView }): ReactNode {
  return (
    <section className="used-by">
      <h2>{t.connections.usedBy}</h2>
      {connection.usedBy.length === 0 ? <p className="used-by__none">{t.connections.usedByNone}</p> : null}
      <ul>
        {connection.usedBy.map(({ flowId, flowName, slot }) => (
          <li key={`${flowId} ${slot}`}>
            <a href={hrefOf(`/flows/${flowId}`)}>{flowName}</a>{' '}
            <span className="cell-faint">{t.connections.slot(slot)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Edits and saves a draft; answers what the form needs. */
function useDraft({ connector, connection }: DetailProps) {
  const { client, store } = useAppContext();
  const [draft, setDraft] = useState<ConnectionDraft>(() =>
    connection === undefined ? newDraft(connector) : draftOf(connection),
  );
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [saving, setSaving] = useState(false);
  const change = (part: Partial<ConnectionDraft>): void => setDraft({ ...draft, ...part });
  const secret = (name: string, value: string | null | undefined): void => {
    const { [name]: _old, ...others } = draft.secrets;
    change({ secrets: value === undefined ? others : { ...others, [name]: value } });
  };
  const save = async (): Promise<ConnectionView | undefined> => {
    setSaving(true);
    setErrors({});
    try {
      // An empty replacement replaces nothing: the old secret stays.
      const secrets = Object.fromEntries(Object.entries(draft.secrets).filter(([, value]) => value !== ''));
      const saved = await client.connection.save({ ...draft, secrets });
      setDraft(draftOf(saved));
      await store.getState().loadConnections();
      store.getState().notify({ tone: 'good', title: t.connections.saved });
      return saved;
    } catch (thrown) {
      const error = errorOf(thrown, t.doing.savingConnection);
      setErrors(error.fields ?? {});
      store.getState().complain(error);
      return undefined;
    } finally {
      setSaving(false);
    }
  };
  const discard = (): void => {
    setErrors({});
    setDraft(connection === undefined ? newDraft(connector) : draftOf(connection));
  };
  return { draft, errors, saving, change, secret, save, discard };
}

function Identity(props: {
  draft: ConnectionDraft;
  error: string | undefined;
  disabled: boolean;
  change: (part: Partial<ConnectionDraft>) => void;
}): ReactNode {
  const { draft, error, disabled, change } = props;
  return (
    <>
      <TextInput
        label={t.connections.name}
        description={t.connections.nameHelp}
        withAsterisk
        value={draft.name}
        error={error}
        disabled={disabled}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      {draft.environment === 'practice' ? null : (
        <Select
          label={t.connections.environment}
          description={t.connections.environmentHelp}
          data={[
            { value: 'sandbox', label: t.environment.sandbox },
            { value: 'production', label: t.environment.production },
          ]}
          value={draft.environment}
          allowDeselect={false}
          onChange={(value) => change({ environment: value === 'production' ? 'production' : 'sandbox' })}
        />
      )}
    </>
  );
}

/** The detail of a connection, or the form of a new one. Remount it (by key) for another. */
export function ConnectionDetail({ connector, connection }: DetailProps): ReactNode {
  const { draft, errors, saving, change, secret, save, discard } = useDraft({ connector, connection });
  const [removing, setRemoving] = useState(false);
  const [pings, setPings] = useState(0);
  const practice = draft.environment === 'practice';
  const changed = isChanged(draft, connection);
  const missing = missingFields(draft, connector.credentials, connection?.secrets ?? []);
  const complete = missing.length === 0 && draft.name.trim() !== '';
  const saveThen = async (ping: boolean): Promise<void> => {
    const saved = await save();
    if (saved === undefined) return;
    if (connection === undefined) navigate(`/connections/${saved.id}`);
    else if (ping) setPings(pings + 1);
  };
  return (
    <div className="connection">
      <header className="connection__head">
        <div>
          <h1 className="screen__title">{connection?.name ?? t.connections.createTitle}</h1>
          <p className="connection__system">
            {connector.title} <EnvironmentTag environment={draft.environment} />
          </p>
        </div>
        <span className="screen__spring" />
        {connection === undefined || practice ? null : (
          <Button variant="subtle" color="red" leftSection={<IconTrash size={14} />} onClick={() => setRemoving(true)}>
            {t.connections.remove}
          </Button>
        )}
      </header>
      <div className="connection__body">
        <form
          className="connection__form"
          onSubmit={(event) => {
            event.preventDefault();
            if (complete && changed) void saveThen(false);
          }}
        >
          {practice ? <p className="connection__note">{t.connections.practiceNote}</p> : null}
          <Identity draft={draft} error={errors.name} disabled={practice} change={change} />
          <h2 className="connection__section">{t.connections.signIn}</h2>
          {connector.credentials
            .filter((field) => isShown(field, connector.credentials, draft.fields))
            .map((field) => (
              <CredentialInput
                key={field.name}
                field={field}
                draft={draft}
                isSet={connection?.secrets.includes(field.name) === true}
                error={errors[field.name]}
                disabled={practice}
                onField={(name, value) => change({ fields: { ...draft.fields, [name]: value } })}
                onSecret={secret}
              />
            ))}
          {practice || !changed ? null : (
            <div className="connection__save">
              <span className="connection__unsaved">{connection === undefined ? '' : t.connections.unsaved}</span>
              {connection === undefined ? null : (
                <Button variant="default" onClick={discard}>
                  {t.connections.discard}
                </Button>
              )}
              <Button
                type="submit"
                variant={connection === undefined ? 'filled' : 'default'}
                loading={saving}
                disabled={!complete}
              >
                {t.connections.save}
              </Button>
              {connection === undefined ? null : (
                <Button disabled={!complete || saving} onClick={() => void saveThen(true)}>
                  {t.connections.saveAndPing}
                </Button>
              )}
            </div>
          )}
        </form>
        {connection === undefined ? null : (
          <div className="connection__side">
            {signsInByBrowser(draft, connector.credentials) ? (
              <SignInPanel
                connectionId={connection.id}
                system={connector.title}
                isSet={connector.credentials.some(
                  ({ name, obtained }) => obtained === 'sign-in' && connection.secrets.includes(name),
                )}
                disabled={changed || practice}
                onSignedIn={() => setPings(pings + 1)}
              />
            ) : null}
            <PingChecklist connectionId={connection.id} last={connection.lastPing} disabled={changed} start={pings} />
            <UsedBy connection={connection} />
          </div>
        )}
      </div>
      {removing && connection !== undefined ? (
        <RemoveDialog connection={connection} onClose={() => setRemoving(false)} />
      ) : null}
    </div>
  );
}
