/** What waits for a person, with the money it holds up: unmapped and held records, approvals, doubts, failed sign-ins. */
import {
  IconAlertTriangle,
  IconClockPause,
  IconHandStop,
  IconPlugConnectedX,
  IconQuestionMark,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { FlowListItem } from '../../engine/api/contract.ts';
import { Amounts } from '../app/parts.tsx';
import { navigate } from '../app/router.ts';
import { valueIn } from '../state/slice.ts';
import { useApp } from '../state/store.ts';
import { t } from '../strings/index.ts';

const kinds = [
  ['inDoubt', IconQuestionMark, true],
  ['failed', IconAlertTriangle, true],
  ['awaitingApproval', IconClockPause, false],
  ['held', IconHandStop, false],
] as const;

function FlowCards({ flow }: { flow: FlowListItem }): ReactNode {
  return kinds.map(([kind, Icon, isBad]) => {
    const count = flow.needsYou.counts[kind] ?? 0;
    if (count === 0) return null;
    return (
      <button
        key={kind}
        type="button"
        className={isBad ? 'needs__card needs__card--bad' : 'needs__card'}
        onClick={() => navigate(flow.lastRun === undefined ? `/flows/${flow.id}` : `/runs/${flow.lastRun.id}`)}
      >
        <Icon size={20} stroke={1.6} aria-hidden="true" color={isBad ? 'var(--bad)' : 'var(--warn)'} />
        <span>
          <span className="needs__what">{t.flows.needs[kind](count)}</span>
          <span className="needs__more">
            {t.flows.needs.inFlow(flow.name)} <Amounts amounts={flow.needsYou.amounts[kind]} />
          </span>
        </span>
      </button>
    );
  });
}

/** The strip; nothing where nothing waits. */
export function NeedsYou({ flows }: { flows: readonly FlowListItem[] }): ReactNode {
  const connections = useApp((state) => valueIn(state.connections)) ?? [];
  const broken = connections.filter((connection) =>
    connection.lastPing?.checks.some((check) => check.status === 'failed'),
  );
  const waiting = flows.filter((flow) => kinds.some(([kind]) => (flow.needsYou.counts[kind] ?? 0) > 0));
  if (waiting.length + broken.length === 0) return null;
  return (
    <section className="needs" aria-label={t.flows.needsYou}>
      {waiting.map((flow) => (
        <FlowCards key={flow.id} flow={flow} />
      ))}
      {broken.map((connection) => (
        <button
          key={connection.id}
          type="button"
          className="needs__card needs__card--bad"
          onClick={() => navigate('/connections')}
        >
          <IconPlugConnectedX size={20} stroke={1.6} aria-hidden="true" color="var(--bad)" />
          <span className="needs__what">{t.flows.needs.signIn(connection.name)}</span>
        </button>
      ))}
    </section>
  );
}
