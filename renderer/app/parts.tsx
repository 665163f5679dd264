/** Small parts that every screen uses: amounts, environments, times, empty and failed states. */
import { Button, Loader, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconArrowLeft, IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Environment } from '../../engine/model/connection.ts';
import type { AppErrorData } from '../../engine/model/error.ts';
import { useApp } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { type AmountStyle, formatAmount, formatAmounts, formatRelative } from './format.ts';
import { hrefOf, type Path } from './router.ts';

/** An amount of money; a blank where there is none. Obeys the privacy eye and the setting for negative amounts. */
export function Amount({ amount, currency }: { amount: string | undefined; currency?: string }): ReactNode {
  const hidden = useApp((state) => state.amountsHidden);
  const style: AmountStyle = useApp((state) => state.settings.negativeAmounts);
  const text = amount === undefined ? '' : formatAmount(amount, style, currency);
  return <span className={hidden ? 'amount amount--hidden' : 'amount'}>{text}</span>;
}

/** Amounts of several currencies, never added. */
export function Amounts({ amounts }: { amounts: Readonly<Record<string, string>> | undefined }): ReactNode {
  const hidden = useApp((state) => state.amountsHidden);
  const style = useApp((state) => state.settings.negativeAmounts);
  return <span className={hidden ? 'amount amount--hidden' : 'amount'}>{formatAmounts(amounts ?? {}, style)}</span>;
}

/** An environment by colour and word. */
export function EnvironmentTag({ environment }: { environment: Environment }): ReactNode {
  return (
    <span className={`tag tag--${environment}`}>
      <span className="dot" aria-hidden="true" />
      {t.environment[environment]}
    </span>
  );
}

/** A time as people say it, exact on hover. */
export function RelativeTime({ at }: { at: string }): ReactNode {
  return (
    <Tooltip label={new Date(at).toLocaleString()}>
      <time dateTime={at}>{formatRelative(at, Date.now())}</time>
    </Tooltip>
  );
}

/** What is shown where there is nothing, with the next thing to do. */
export function Empty(props: { icon?: ReactNode; title: string; text: string; actions?: ReactNode }): ReactNode {
  return (
    <div className="empty">
      {props.icon}
      <h2 className="empty__title">{props.title}</h2>
      <p className="empty__text">{props.text}</p>
      {props.actions === undefined ? null : <div className="empty__actions">{props.actions}</div>}
    </div>
  );
}

/** A failure with what to do; the code is folded away. */
export function Failed(props: {
  title: string;
  error: AppErrorData;
  onRetry?: () => void;
  actions?: ReactNode;
}): ReactNode {
  const { error } = props;
  return (
    <div className="empty" role="alert">
      <IconAlertTriangle size={28} stroke={1.5} color="var(--bad)" aria-hidden="true" />
      <h2 className="empty__title">{props.title}</h2>
      <p className="empty__text">{error.message}</p>
      <p className="empty__text">{error.hint}</p>
      <details>
        <summary>{error.code}</summary>
        {error.remote?.requestId}
      </details>
      <div className="empty__actions">
        {props.actions}
        {props.onRetry === undefined ? null : (
          <Button variant="default" leftSection={<IconRefresh size={14} />} onClick={props.onRetry}>
            {t.lists.again}
          </Button>
        )}
      </div>
    </div>
  );
}

/** Something is being fetched. */
export function Waiting({ text }: { text: string }): ReactNode {
  return (
    <div className="empty" role="status">
      <Loader size="sm" color="var(--accent)" />
      <p className="empty__text">{text}</p>
    </div>
  );
}

const skeletonRows = [34, 26, 30, 22, 28];

/** A list is being fetched: its shape, without its content. */
export function WaitingList({ text }: { text: string }): ReactNode {
  return (
    <div className="skeleton" role="status">
      <span className="visually-hidden">{text}</span>
      {skeletonRows.map((width) => (
        <div key={width} className="skeleton__row" aria-hidden="true">
          <span className="skeleton__bar" style={{ width: `${width}%` }} />
          <span className="skeleton__bar" style={{ width: '12%' }} />
          <span className="skeleton__bar" style={{ width: '18%' }} />
        </div>
      ))}
    </div>
  );
}

/** The way back from one thing to the list it stands in. */
export function BackLink({ to, children }: { to: Path; children: ReactNode }): ReactNode {
  return (
    <a className="back-link" href={hrefOf(to)}>
      <IconArrowLeft size={15} aria-hidden="true" /> {children}
    </a>
  );
}
