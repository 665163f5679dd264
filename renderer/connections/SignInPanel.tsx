/** Sign-in through the user's browser: a button, the address to open, and how it ended. */
import { Button } from '@mantine/core';
import { IconExternalLink, IconLogin2 } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { SignInStep } from '../../engine/api/contract.ts';
import type { AppErrorData } from '../../engine/model/error.ts';
import { errorOf } from '../state/slice.ts';
import { useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';

interface SignInState {
  running: boolean;
  open?: Extract<SignInStep, { step: 'open' }>;
  done?: boolean;
  error?: AppErrorData;
}

/** The state after a step. */
function after(state: SignInState, step: SignInStep): SignInState {
  switch (step.step) {
    case 'open':
      return { running: true, open: step };
    case 'waiting':
      return state;
    case 'signed-in':
      return { running: false, done: true };
    case 'failed':
      return { running: false, error: step.error };
  }
}

/** Runs a sign-in; leaving the screen gives it up. */
function useSignIn(connectionId: string, onSignedIn: () => void) {
  const { client, store } = useAppContext();
  const [state, setState] = useState<SignInState>({ running: false });
  const stop = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  const start = async (): Promise<void> => {
    const mine = new AbortController();
    stop.current = mine;
    setState({ running: true });
    let done = false;
    try {
      for await (const step of await client.connection.signIn({ id: connectionId }, { signal: mine.signal })) {
        if (mine.signal.aborted) return;
        done = step.step === 'signed-in';
        setState((before) => after(before, step));
      }
    } catch (thrown) {
      if (mine.signal.aborted) return;
      setState({ running: false, error: errorOf(thrown, t.doing.signingIn) });
    }
    if (!done) return;
    await store.getState().loadConnections();
    onSignedIn();
  };
  const giveUp = (): void => {
    stop.current?.abort();
    setState({ running: false });
  };
  return { state, start, giveUp };
}

function Progress({ state, system }: { state: SignInState; system: string }): ReactNode {
  const { open, error } = state;
  if (error !== undefined) {
    return (
      <div className="ping__error" role="alert">
        <strong>{t.connections.signInFailed}</strong>
        <p>{error.message}</p>
        <p>{error.hint}</p>
      </div>
    );
  }
  if (open === undefined) return null;
  return (
    <>
      <p className="sign-in__text">{open.opened ? t.connections.signInOpened : t.connections.signInOpenText}</p>
      <Button
        component="a"
        href={open.address}
        target="_blank"
        rel="noreferrer"
        variant={open.opened ? 'default' : 'filled'}
        rightSection={<IconExternalLink size={14} aria-hidden="true" />}
      >
        {t.connections.signInOpen}
      </Button>
      <p className="sign-in__text">{t.connections.signInWaiting(system)}</p>
    </>
  );
}

/**
 * The panel of one connection.
 * @param props.isSet whether a sign-in is in the vault. `disabled`: what is shown is not what is saved.
 */
export function SignInPanel(props: {
  connectionId: string;
  system: string;
  isSet: boolean;
  disabled: boolean;
  onSignedIn: () => void;
}): ReactNode {
  const { connectionId, system, isSet, disabled, onSignedIn } = props;
  const { state, start, giveUp } = useSignIn(connectionId, onSignedIn);
  const standing = isSet ? t.connections.signInSet : t.connections.signInNever;
  return (
    <section className="sign-in" aria-label={t.connections.signInTitle}>
      <header className="ping__head">
        <h2>{t.connections.signInTitle}</h2>
        <span className="screen__spring" />
        {state.running ? (
          <Button variant="default" onClick={giveUp}>
            {t.connections.signInStop}
          </Button>
        ) : (
          <Button
            variant={isSet ? 'default' : 'filled'}
            leftSection={<IconLogin2 size={14} aria-hidden="true" />}
            disabled={disabled}
            onClick={() => void start()}
          >
            {isSet ? t.connections.signInAgain(system) : t.connections.signInButton(system)}
          </Button>
        )}
      </header>
      {state.running ? null : (
        <p className="sign-in__text" role="status">
          {state.done === true ? t.connections.signInDone(system) : disabled ? t.connections.signInSaveFirst : standing}
        </p>
      )}
      <Progress state={state} system={system} />
    </section>
  );
}
