/** Settings: appearance, amounts, keys, and where this workspace lives. */
import { Button, Radio, Switch } from '@mantine/core';
import type { ReactNode } from 'react';
import type { SettingsView } from '../../engine/api/contract.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { VaultFacts } from './VaultLock.tsx';

const appearances = ['system', 'light', 'dark', 'contrast'] as const;
const negatives = ['minus', 'brackets'] as const;

function Facts(): ReactNode {
  const host = useApp((state) => state.host);
  if (host === undefined) return null;
  const facts: readonly [string, string][] = [
    [t.settings.workspace, host.workspace.name],
    [t.settings.folder, host.workspace.folder],
    [t.settings.version, host.version],
    [t.settings.host, `${host.host}, ${host.platform}`],
  ];
  return (
    <section className="settings__group">
      <h2>{t.settings.workspace}</h2>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name} className="facts__row">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** The screen. */
export function SettingsScreen(): ReactNode {
  const { store } = useAppContext();
  const settings = useApp((state) => state.settings);
  const change = (to: Partial<SettingsView>): void => void store.getState().changeSettings(to);
  return (
    <div className="screen">
      <header className="screen__head">
        <h1 className="screen__title">{t.settings.title}</h1>
      </header>
      <div className="screen__body settings">
        <section className="settings__group">
          <Radio.Group
            label={t.settings.appearance}
            description={t.settings.appearanceHelp}
            value={settings.appearance}
            onChange={(value) => {
              const appearance = appearances.find((candidate) => candidate === value);
              if (appearance !== undefined) change({ appearance });
            }}
          >
            <div className="settings__choices">
              {appearances.map((appearance) => (
                <Radio key={appearance} value={appearance} label={t.settings.appearances[appearance]} />
              ))}
            </div>
          </Radio.Group>
        </section>
        <section className="settings__group">
          <Radio.Group
            label={t.settings.negative}
            value={settings.negativeAmounts}
            onChange={(value) => {
              const negativeAmounts = negatives.find((candidate) => candidate === value);
              if (negativeAmounts !== undefined) change({ negativeAmounts });
            }}
          >
            <div className="settings__choices">
              {negatives.map((style) => (
                <Radio key={style} value={style} label={t.settings.negatives[style]} />
              ))}
            </div>
          </Radio.Group>
        </section>
        <section className="settings__group">
          <Switch
            label={t.settings.singleKeys}
            description={t.settings.singleKeysHelp}
            checked={settings.singleKeyShortcuts}
            onChange={(event) => change({ singleKeyShortcuts: event.currentTarget.checked })}
          />
          <Button
            className="settings__action"
            variant="default"
            onClick={() => store.getState().setView({ shortcutsOpen: true })}
          >
            {t.shortcuts.open}
          </Button>
        </section>
        <VaultFacts />
        <Facts />
      </div>
    </div>
  );
}
