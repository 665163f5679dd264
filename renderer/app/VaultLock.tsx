/** The vault's passphrase: a banner while it is missing, and the dialog that takes it. */
import { Button, Modal, PasswordInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';

function PassphraseDialog({ isNew, onClose }: { isNew: boolean; onClose: () => void }): ReactNode {
  const { store } = useAppContext();
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [fault, setFault] = useState<string>();
  const differ = isNew && again !== '' && again !== passphrase;
  const ready = passphrase !== '' && (!isNew || again === passphrase);
  const submit = async (): Promise<void> => {
    const error = await store.getState().unlockVault(passphrase);
    if (error === undefined) onClose();
    else setFault(`${error.message} ${error.hint}`);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={isNew ? t.vault.chooseTitle : t.vault.unlockTitle}
      closeButtonProps={{ 'aria-label': t.designer.close }}
    >
      <form
        className="vault-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) void submit();
        }}
      >
        {isNew ? <p>{t.vault.chooseText}</p> : null}
        <PasswordInput
          label={t.vault.passphrase}
          value={passphrase}
          error={fault}
          autoComplete="off"
          data-autofocus
          onChange={(event) => {
            setFault(undefined);
            setPassphrase(event.currentTarget.value);
          }}
        />
        {isNew ? (
          <PasswordInput
            label={t.vault.again}
            value={again}
            error={differ ? t.vault.differ : undefined}
            autoComplete="off"
            onChange={(event) => setAgain(event.currentTarget.value)}
          />
        ) : null}
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {t.flows.cancel}
          </Button>
          <Button type="submit" disabled={!ready}>
            {isNew ? t.vault.chooseVerb : t.vault.unlockVerb}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** The button that asks for the passphrase; nothing where there is no lock or it is open. */
function UnlockButton(): ReactNode {
  const lock = useApp((state) => state.host?.vault.lock);
  const [asking, setAsking] = useState(false);
  if (lock === undefined || lock === 'open') return null;
  return (
    <>
      <Button variant="default" size="compact-xs" onClick={() => setAsking(true)}>
        {lock === 'new' ? t.vault.choose : t.vault.unlock}
      </Button>
      {asking ? <PassphraseDialog isNew={lock === 'new'} onClose={() => setAsking(false)} /> : null}
    </>
  );
}

/** Says above every screen that secrets are locked. A new vault is asked for only where secrets are entered. */
export function VaultBanner({ onConnections }: { onConnections: boolean }): ReactNode {
  const lock = useApp((state) => state.host?.vault.lock);
  if (lock !== 'locked' && !(lock === 'new' && onConnections)) return null;
  return (
    <div className="banner" role="status">
      {lock === 'new' ? t.vault.isNew : t.vault.locked}
      <span className="banner__spring" />
      <UnlockButton />
    </div>
  );
}

/** How secrets are kept, for the settings. */
export function VaultFacts(): ReactNode {
  const vault = useApp((state) => state.host?.vault);
  if (vault === undefined) return null;
  return (
    <section className="settings__group">
      <h2>{t.vault.title}</h2>
      <p>{t.vault.keptBy(vault.keptBy)}</p>
      {vault.warning === undefined ? null : <p className="settings__warning">{vault.warning}</p>}
      {vault.lock === 'open' ? <p>{t.vault.opened}</p> : <UnlockButton />}
    </section>
  );
}
