/** The frame of every screen: rail, banner, the screen itself, status bar, and what lies over all of them. */
import { Button } from '@mantine/core';
import { IconEye, IconEyeOff, IconPlugConnectedX } from '@tabler/icons-react';
import { Component, type ReactNode, Suspense } from 'react';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { CommandPalette } from './CommandPalette.tsx';
import { FileDrop, ImportReport } from './FileDrop.tsx';
import { Notices } from './Notices.tsx';
import { Empty, Failed, Waiting } from './parts.tsx';
import { hrefOf, useRoute } from './router.ts';
import { ShortcutList } from './ShortcutList.tsx';
import { type Screen, screens } from './screens.tsx';
import { useShortcuts } from './use-commands.ts';
import { useShortcut } from './use-shortcut.ts';
import { VaultBanner } from './VaultLock.tsx';

function Mark(): ReactNode {
  return (
    <svg width="28" height="28" viewBox="0 0 28 28" fill="none" aria-hidden="true">
      <circle cx="5" cy="7" r="3" stroke="currentColor" strokeWidth="2" />
      <circle cx="23" cy="21" r="3" fill="currentColor" />
      <path d="M8 7h4c5 0 3 14 8 14" stroke="currentColor" strokeWidth="2" />
      <path d="M8 21h4M16 7h7" stroke="currentColor" strokeWidth="2" strokeLinecap="round" opacity="0.5" />
    </svg>
  );
}

function Rail({ current }: { current: string }): ReactNode {
  return (
    <nav className="rail" aria-label={t.shell.rail}>
      <span className="rail__mark">
        <Mark />
        <span className="visually-hidden">{t.product}</span>
      </span>
      {screens.map((screen) => (
        <RailItem key={screen.id} screen={screen} isCurrent={screen.id === current} />
      ))}
    </nav>
  );
}

function RailItem({ screen, isCurrent }: { screen: Screen; isCurrent: boolean }): ReactNode {
  const key = useShortcut(`go.${screen.id}`);
  return (
    <a
      className="rail__item"
      href={hrefOf(screen.path)}
      title={key === undefined ? screen.title : `${screen.title}  ${key}`}
      aria-current={isCurrent ? 'page' : undefined}
    >
      <screen.icon size={21} stroke={1.6} aria-hidden="true" />
      <span className="rail__title">{screen.title}</span>
    </a>
  );
}

function Banner({ onRetry }: { onRetry: () => void }): ReactNode {
  const link = useApp((state) => state.link);
  const readOnly = useApp((state) => state.host?.workspace.readOnly === true);
  if (link === 'lost')
    return (
      <div className="banner" role="alert">
        <IconPlugConnectedX size={18} stroke={1.7} aria-hidden="true" />
        {t.shell.lost}
        <span className="banner__spring" />
        <Button variant="default" size="compact-xs" onClick={onRetry}>
          {t.shell.retry}
        </Button>
      </div>
    );
  return readOnly ? (
    <div className="banner" role="status">
      {t.shell.readOnlyFolder}
    </div>
  ) : null;
}

function StatusBar(): ReactNode {
  const { store } = useAppContext();
  const link = useApp((state) => state.link);
  const host = useApp((state) => state.host);
  const hidden = useApp((state) => state.amountsHidden);
  const recovery = useApp((state) => state.recovery);
  const lastStep = useApp((state) => state.history.undo.at(-1)?.name);
  return (
    <footer className="status">
      <span className="status__item" style={{ color: link === 'online' ? 'var(--good)' : 'var(--warn)' }}>
        <span className="dot" aria-hidden="true" />
        {link === 'online' ? t.shell.online : t.shell.offline}
      </span>
      {host === undefined ? null : (
        <>
          <span className="status__item" title={host.workspace.folder}>
            {host.workspace.name}
          </span>
          <span className="status__item">{t.shell.practice[host.practice.state]}</span>
        </>
      )}
      {recovery === undefined ? null : (
        <span className="status__item" role="status">
          {t.shell.recovering(recovery.system, recovery.detail)}
        </span>
      )}
      <span className="status__spring" />
      {lastStep === undefined ? null : <span className="status__item">{lastStep}</span>}
      <button
        type="button"
        className="status__item"
        aria-pressed={hidden}
        onClick={() => store.getState().toggleAmounts()}
      >
        {hidden ? <IconEyeOff size={14} aria-hidden="true" /> : <IconEye size={14} aria-hidden="true" />}
        {hidden ? t.shell.amountsHidden : t.shell.amountsShown}
      </button>
      <span className="status__item">{host?.user}</span>
    </footer>
  );
}

/** Catches what a screen throws while it is drawn, so that the rest stays usable. The fault goes to the host's log. */
class ScreenGuard extends Component<{ children: ReactNode; onFault: (fault: Error) => void }, { isBroken: boolean }> {
  override state: { isBroken: boolean } = { isBroken: false };

  static getDerivedStateFromError(): { isBroken: boolean } {
    return { isBroken: true };
  }

  override componentDidCatch(fault: Error): void {
    this.props.onFault(fault);
  }

  override render(): ReactNode {
    if (!this.state.isBroken) return this.props.children;
    return (
      <Empty
        title={t.shell.somethingBroke}
        text={t.shell.somethingBrokeHint}
        actions={<Button onClick={() => this.setState({ isBroken: false })}>{t.shell.reload}</Button>}
      />
    );
  }
}

/** The shell. `onRetry` tries the line to the host at once. */
export function Shell({ onRetry }: { onRetry: () => void }): ReactNode {
  useShortcuts();
  const { client, store } = useAppContext();
  const { parts } = useRoute();
  const ready = useApp((state) => state.host !== undefined);
  const error = useApp((state) => state.startError);
  const screen = screens.find((candidate) => candidate.id === parts[0]) ?? screens[0];
  const report = (fault: Error): void => {
    client.host
      .report({
        message: fault.message.slice(0, 2000),
        ...(fault.stack === undefined ? {} : { stack: fault.stack.slice(0, 20_000) }),
      })
      .catch(() => store.getState().setLink('lost'));
  };
  if (screen === undefined) return null;
  return (
    <div className="shell">
      <Rail current={screen.id} />
      <div className="shell__banner">
        <Banner onRetry={onRetry} />
        <VaultBanner onConnections={screen.id === 'connections'} />
      </div>
      <main className="shell__main">
        {!ready && error !== undefined ? (
          <Failed title={t.shell.startFailed} error={error} onRetry={onRetry} />
        ) : !ready ? (
          <Waiting text={t.shell.connecting} />
        ) : (
          <ScreenGuard key={screen.id} onFault={report}>
            <Suspense fallback={<Waiting text={t.lists.loading} />}>
              <screen.Content parts={parts.slice(1)} />
            </Suspense>
          </ScreenGuard>
        )}
      </main>
      <StatusBar />
      <CommandPalette />
      <FileDrop />
      <ImportReport />
      <ShortcutList />
      <Notices />
    </div>
  );
}
