/** A ping as a checklist that ticks while it runs; each failure with its cause and what to do. */
import { Button, Loader } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconPlugConnected,
} from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { PingCheck } from '../../engine/model/connection.ts';
import type { AppErrorData } from '../../engine/model/error.ts';
import { RelativeTime } from '../app/parts.tsx';
import { errorOf } from '../state/slice.ts';
import { useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';

/** The newest word on each check, in the order they began. */
export function withCheck(checks: readonly PingCheck[], check: PingCheck): PingCheck[] {
  const at = checks.findIndex(({ id }) => id === check.id);
  return at === -1 ? [...checks, check] : checks.with(at, check);
}

function CheckIcon({ status }: { status: PingCheck['status'] }): ReactNode {
  switch (status) {
    case 'running':
      return <Loader size={16} color="var(--accent)" />;
    case 'ok':
      return <IconCircleCheck size={18} color="var(--good)" aria-hidden="true" />;
    case 'warning':
      return <IconAlertTriangle size={18} color="var(--warn)" aria-hidden="true" />;
    case 'failed':
      return <IconCircleX size={18} color="var(--bad)" aria-hidden="true" />;
    case 'skipped':
      return <IconCircleDashed size={18} color="var(--ink-faint)" aria-hidden="true" />;
  }
}

function Check({ check }: { check: PingCheck }): ReactNode {
  return (
    <li className={`check check--${check.status}`}>
      <span className="check__icon">
        <CheckIcon status={check.status} />
      </span>
      <div className="check__text">
        <p className="check__label">
          {check.label}
          <span className="visually-hidden">, {t.connections.checkStatus[check.status]}</span>
        </p>
        {check.detail === undefined ? null : <p className="check__detail">{check.detail}</p>}
        {check.cause === undefined && check.remedy === undefined ? null : (
          <dl className="check__help">
            {check.cause === undefined ? null : (
              <>
                <dt>{t.connections.cause}</dt>
                <dd>{check.cause}</dd>
              </>
            )}
            {check.remedy === undefined ? null : (
              <>
                <dt>{t.connections.remedy}</dt>
                <dd>{check.remedy}</dd>
              </>
            )}
          </dl>
        )}
      </div>
      {check.durationMs === undefined ? null : <span className="check__time">{Math.round(check.durationMs)} ms</span>}
    </li>
  );
}

interface PingRun {
  checks: readonly PingCheck[];
  running: boolean;
  at?: string;
  error?: AppErrorData;
}

function Summary({ run }: { run: PingRun }): ReactNode {
  const count = (status: PingCheck['status']): number => run.checks.filter((check) => check.status === status).length;
  if (run.running || run.checks.length === 0) return null;
  return (
    <p className="ping__summary" role="status">
      {t.connections.pingSummary(count('ok'), count('warning'), count('failed'))}
      {run.at === undefined ? null : (
        <>
          {' · '}
          <RelativeTime at={run.at} />
        </>
      )}
    </p>
  );
}

/**
 * The checklist of one connection.
 * @param props.start a number that starts a ping each time it grows, so that “Save and ping” can.
 */
export function PingChecklist(props: {
  connectionId: string;
  last: { at: string; checks: PingCheck[] } | undefined;
  disabled: boolean;
  start: number;
}): ReactNode {
  const { client, store } = useAppContext();
  const { connectionId, last } = props;
  const [run, setRun] = useState<PingRun>({
    checks: last?.checks ?? [],
    running: false,
    ...(last === undefined ? {} : { at: last.at }),
  });
  const stop = useRef<AbortController | undefined>(undefined);
  const ping = async (): Promise<void> => {
    stop.current?.abort();
    const mine = new AbortController();
    stop.current = mine;
    setRun({ checks: [], running: true });
    try {
      for await (const check of await client.connection.ping({ id: connectionId }, { signal: mine.signal })) {
        setRun((before) => ({ ...before, checks: withCheck(before.checks, check) }));
      }
      if (!mine.signal.aborted) setRun((before) => ({ ...before, running: false, at: new Date().toISOString() }));
    } catch (thrown) {
      if (mine.signal.aborted) return;
      setRun((before) => ({ ...before, running: false, error: errorOf(thrown, t.doing.pingingConnection) }));
    }
    await store.getState().loadConnections();
  };
  const started = useRef(props.start);
  useEffect(() => {
    if (props.start === started.current) return;
    started.current = props.start;
    void ping();
  });
  useEffect(() => () => stop.current?.abort(), []);
  const halt = (): void => {
    stop.current?.abort();
    setRun((before) => ({ checks: before.checks.filter(({ status }) => status !== 'running'), running: false }));
  };
  return (
    <section className="ping" aria-label={t.connections.pingTitle}>
      <header className="ping__head">
        <h2>{t.connections.pingTitle}</h2>
        <span className="screen__spring" />
        {run.running ? (
          <Button variant="default" onClick={halt}>
            {t.connections.pingStop}
          </Button>
        ) : (
          <Button
            variant={run.checks.length === 0 ? 'filled' : 'default'}
            leftSection={<IconPlugConnected size={14} />}
            disabled={props.disabled}
            onClick={() => void ping()}
          >
            {run.checks.length === 0 ? t.connections.ping : t.connections.pingAgain}
          </Button>
        )}
      </header>
      {run.error === undefined ? null : (
        <div className="ping__error" role="alert">
          <strong>{t.connections.pingFailedToStart}</strong>
          <p>{run.error.message}</p>
          <p>{run.error.hint}</p>
        </div>
      )}
      {run.checks.length === 0 && !run.running && run.error === undefined ? (
        <p className="ping__never">{t.connections.pingNever}</p>
      ) : null}
      <ol className="ping__list" aria-live="polite">
        {run.checks.map((check) => (
          <Check key={check.id} check={check} />
        ))}
      </ol>
      <Summary run={run} />
    </section>
  );
}
