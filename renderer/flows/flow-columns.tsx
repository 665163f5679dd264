/** Columns of the flows list. */
import { ActionIcon, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { ConnectorView, FlowListItem } from '../../engine/api/contract.ts';
import type { RunStatus, RunSummary } from '../../engine/model/run.ts';
import { Amounts, RelativeTime } from '../app/parts.tsx';
import { hrefOf, navigate } from '../app/router.ts';
import type { GridColumn } from '../grid/Grid.tsx';
import { t } from '../strings/index.ts';

const tones: Readonly<Record<RunStatus, string>> = {
  queued: 'info',
  running: 'info',
  waiting: 'info',
  succeeded: 'good',
  partlySucceeded: 'warn',
  failed: 'bad',
  cancelled: 'warn',
};

/** A run's result in colour and words. */
export function RunTag({ run }: { run: RunSummary }): ReactNode {
  return <span className={`tag tag--${tones[run.status]}`}>{t.run.status[run.status]}</span>;
}

function NameCell({ flow }: { flow: FlowListItem }): ReactNode {
  return (
    <>
      <span className="cell-two">
        <a className="cell-link" tabIndex={-1} href={hrefOf(`/flows/${flow.id}`)} title={flow.name}>
          {flow.name}
        </a>
        <span className="cell-faint">
          {[
            flow.version === 0 ? t.flows.neverPublished : t.flows.version(flow.version),
            ...(flow.unboundSlots.length > 0 ? [t.flows.unbound(flow.unboundSlots.length)] : []),
          ].join(' · ')}
        </span>
      </span>
      {flow.hasDraft ? <span className="tag">{t.flows.draft}</span> : null}
      {flow.readOnly ? <span className="tag tag--warn">{t.flows.newer}</span> : null}
    </>
  );
}

/** Records a person has to look at. */
export const needing = (flow: FlowListItem): number => {
  const { held = 0, awaitingApproval = 0, inDoubt = 0, failed = 0 } = flow.needsYou.counts;
  return held + awaitingApproval + inDoubt + failed;
};

function Actions(props: {
  flow: FlowListItem;
  onAsk: (asking: { what: 'rename' | 'duplicate' | 'remove'; flow: FlowListItem }) => void;
}): ReactNode {
  const { flow, onAsk } = props;
  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <ActionIcon tabIndex={-1} aria-label={t.flows.more(flow.name)}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => navigate(`/flows/${flow.id}`)}>{t.flows.open}</Menu.Item>
        <Menu.Item rightSection={<kbd>F2</kbd>} onClick={() => onAsk({ what: 'rename', flow })}>
          {t.flows.rename}
        </Menu.Item>
        <Menu.Item onClick={() => onAsk({ what: 'duplicate', flow })}>{t.flows.duplicate}</Menu.Item>
        <Menu.Divider />
        <Menu.Item color="red" rightSection={<kbd>Del</kbd>} onClick={() => onAsk({ what: 'remove', flow })}>
          {t.flows.remove}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The columns. `onAsk` opens the dialog of an action. */
export function flowColumns(
  connectors: ReadonlyMap<string, ConnectorView>,
  onAsk: (asking: { what: 'rename' | 'duplicate' | 'remove'; flow: FlowListItem }) => void,
): GridColumn<FlowListItem>[] {
  const system = (id: string): string => connectors.get(id)?.title ?? id;
  const rank = (id: string): number => (connectors.get(id)?.role === 'source' ? 0 : 1);
  return [
    {
      id: 'name',
      title: t.flows.columns.name,
      value: (flow) => flow.name,
      width: 280,
      cell: (flow) => <NameCell flow={flow} />,
    },
    {
      id: 'systems',
      title: t.flows.columns.systems,
      value: (flow) =>
        flow.connectors
          .toSorted((a, b) => rank(a) - rank(b))
          .map(system)
          .join(' → '),
      width: 170,
    },
    {
      id: 'result',
      title: t.flows.columns.result,
      value: (flow) => flow.lastRun?.startedAt ?? '',
      text: (flow) => (flow.lastRun === undefined ? t.flows.neverRun : t.run.status[flow.lastRun.status]),
      width: 190,
      cell: (flow) =>
        flow.lastRun === undefined ? (
          <span className="cell-faint">{t.flows.neverRun}</span>
        ) : (
          <>
            <RunTag run={flow.lastRun} />
            <span className="cell-faint">
              <RelativeTime at={flow.lastRun.startedAt} />
            </span>
          </>
        ),
    },
    {
      id: 'posted',
      title: t.flows.columns.posted,
      value: (flow) => flow.lastRun?.counts.posted ?? 0,
      amounts: (flow) => flow.lastRun?.amounts.posted,
      width: 140,
      align: 'right',
      cell: (flow) => <Amounts amounts={flow.lastRun?.amounts.posted} />,
    },
    {
      id: 'held',
      title: t.flows.columns.held,
      value: needing,
      width: 95,
      align: 'right',
      cell: (flow) => (needing(flow) === 0 ? '' : <span className="tag tag--warn">{needing(flow)}</span>),
    },
    {
      id: 'changed',
      title: t.flows.columns.changed,
      value: (flow) => flow.modifiedAt,
      width: 150,
      cell: (flow) => (
        <>
          <RelativeTime at={flow.modifiedAt} />
          <span className="screen__spring" />
          <Actions flow={flow} onAsk={onAsk} />
        </>
      ),
    },
  ];
}
