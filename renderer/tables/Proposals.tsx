/** Rows that runs proposed: each with why and by which run, to accept or reject one by one, several, or all that are shown. */
import { Button } from '@mantine/core';
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import type { DecisionView, ProposalsView, ProposalView } from '../../engine/api/contract.ts';
import type { AppErrorData } from '../../engine/model/error.ts';
import { decisionColumns, type MappingTableSchema } from '../../engine/model/mapping-table.ts';
import { formatRelative } from '../app/format.ts';
import { Empty, Failed, Waiting } from '../app/parts.tsx';
import { hrefOf } from '../app/router.ts';
import { ChoiceBox, ChoiceContext } from '../grid/ChoiceBox.tsx';
import { TextCell } from '../grid/cells.tsx';
import { Grid, type GridColumn } from '../grid/Grid.tsx';
import { errorOf, failed, type Loadable, reloading, valueIn } from '../state/slice.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { RejectDialog } from './RejectDialog.tsx';

const words = t.tables.proposals;
const idOf = ({ row }: ProposalView): string => row.id;
/** What people call a proposal: its keys and what they would be linked to. */
const nameOf = ({ row }: ProposalView): string => `${row.keys.join(', ')} → ${row.targets[0] ?? ''}`;

/** Pixels that the longest of some texts takes, within bounds: names are read, ids and words stay narrow. */
function fitting(title: string, texts: readonly string[]): number {
  const longest = Math.max(title.length + 2, ...texts.map((text) => text.length));
  return Math.min(280, Math.max(96, Math.round(longest * 7.4) + 28));
}

function columnsOf({ schema, proposals }: ProposalsView): GridColumn<ProposalView>[] {
  const { keys, targets } = schema;
  const decided = new Set<string>(Object.values(decisionColumns));
  const shown = targets.flatMap(({ name, label }, at) =>
    decided.has(name) ? [] : [{ name, title: label ?? name, at }],
  );
  return [
    {
      id: 'choose',
      title: words.choose,
      value: () => '',
      width: 84,
      cell: (proposal) => <ChoiceBox id={proposal.row.id} label={words.chooseRow(nameOf(proposal))} />,
    },
    ...keys.map(({ name, label }, at) => ({
      id: `key.${name}`,
      title: label ?? name,
      value: ({ row }: ProposalView) => row.keys[at] ?? '',
      width: fitting(
        label ?? name,
        proposals.map(({ row }) => row.keys[at] ?? ''),
      ),
    })),
    ...shown.map(({ name, title, at }) => ({
      id: `target.${name}`,
      title,
      value: ({ row }: ProposalView) => row.targets[at] ?? '',
      width: fitting(
        title,
        proposals.map(({ row }) => row.targets[at] ?? ''),
      ),
    })),
    {
      id: 'why',
      title: words.why,
      value: ({ reason }) => reason ?? '',
      width: 380,
      cell: ({ reason }) => <TextCell text={reason} />,
    },
    {
      id: 'others',
      title: words.others,
      value: ({ others }) => others.map(({ targets: [first = ''], reason }) => `${first}: ${reason}`).join(' '),
      width: 180,
      cell: ({ others }) => (
        <TextCell
          text={others.map(({ targets: [first = ''] }) => first).join(', ')}
          whole={others.map(({ reason }) => reason).join('\n')}
        />
      ),
    },
    {
      id: 'run',
      title: words.run,
      value: ({ run }) => run?.startedAt ?? '',
      text: ({ run }) => (run === undefined ? words.noRun : `${run.flowName}, ${t.run.kind[run.kind]}`),
      width: 230,
      cell: ({ run }) =>
        run === undefined ? (
          <span className="cell-faint">{words.noRun}</span>
        ) : (
          <a className="cell-link" href={hrefOf(`/runs/${run.id}`)} title={new Date(run.startedAt).toLocaleString()}>
            {t.run.kind[run.kind]}, {formatRelative(run.startedAt, Date.now())}
          </a>
        ),
    },
  ];
}

/** A schema's columns beside its proposals, which keep their identity while nothing is fetched anew. */
interface Shown {
  view: ProposalsView;
  columns: readonly GridColumn<ProposalView>[];
}

function useProposals(id: string): { list: Loadable<Shown>; reload: () => Promise<void> } {
  const { client } = useAppContext();
  const turn = useApp(({ tablesTurn }) => tablesTurn);
  const [list, setList] = useState<Loadable<Shown>>({ state: 'loading' });
  const reload = useCallback(async () => {
    setList(reloading);
    try {
      const view = await client.table.proposals({ id });
      setList({ state: 'ready', value: { view, columns: columnsOf(view) } });
    } catch (thrown) {
      const error = errorOf(thrown, t.doing.fetchingProposals);
      setList((before) => failed(before, error));
    }
  }, [client, id]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another turn asks again
  useEffect(() => void reload(), [reload, turn]);
  return { list, reload };
}

/** What was decided last, as long as it can be taken back. */
interface Last {
  text: string;
  decision: DecisionView | undefined;
}

function LastDecision({ last, onTakeBack }: { last: Last | undefined; onTakeBack: (decision: DecisionView) => void }) {
  const { decision } = last ?? {};
  return (
    <p className="proposals__last" role="status">
      {last?.text}
      {decision === undefined ? null : (
        <Button variant="default" size="compact-sm" onClick={() => onTakeBack(decision)}>
          {words.takeBack}
        </Button>
      )}
    </p>
  );
}

function Deciding(props: { shown: Shown; reload: () => Promise<void>; onChanged: () => void }): ReactNode {
  const { view, columns } = props.shown;
  const { schema, proposals } = view;
  const { client } = useAppContext();
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [visible, setVisible] = useState<readonly ProposalView[]>([]);
  const [active, setActive] = useState<ProposalView>();
  const [rejecting, setRejecting] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<AppErrorData>();
  const [last, setLast] = useState<Last>();
  const toggle = useCallback(
    (id: string) =>
      setPicked((before) => {
        const next = new Set(before);
        if (!next.delete(id)) next.add(id);
        return next;
      }),
    [],
  );
  // What was decided elsewhere meanwhile is not chosen any more.
  const chosen = useMemo(() => proposals.filter(({ row }) => picked.has(row.id)), [proposals, picked]);
  const choice = useMemo(() => ({ chosen: picked, toggle }), [picked, toggle]);
  const rows = chosen.map(({ row }) => ({ id: row.id, targets: row.targets }));
  const next = view.version + 1;
  const settle = async (decide: () => Promise<Last>): Promise<void> => {
    setBusy(true);
    setError(undefined);
    setLast(undefined);
    try {
      setLast(await decide());
      setPicked(new Set());
    } catch (thrown) {
      setError(errorOf(thrown, t.doing.decidingProposals));
    }
    await props.reload();
    props.onChanged();
    setBusy(false);
  };
  const accept = (): Promise<void> =>
    settle(async () => {
      const decision = await client.table.decide({ id: schema.id, verdict: 'accepted', rows });
      return { text: words.accepted(decision.ids.length, decision.version), decision };
    });
  const reject = (reason: string): Promise<void> =>
    settle(async () => {
      const decision = await client.table.decide({ id: schema.id, verdict: 'rejected', rows, reason });
      return { text: words.rejected(decision.ids.length, decision.version), decision };
    });
  const takeBack = ({ version, ids }: DecisionView): Promise<void> =>
    settle(async () => {
      const back = await client.table.takeBack({ id: schema.id, version, ids });
      return { text: words.takenBack(back.ids.length, back.version), decision: undefined };
    });
  const isNone = chosen.length === 0;
  return (
    <>
      <LastDecision last={last} onTakeBack={(decision) => void takeBack(decision)} />
      {error === undefined ? null : (
        <p className="alert-line" role="alert">
          {error.message} {error.hint}
        </p>
      )}
      {proposals.length === 0 ? (
        <Empty title={words.none} text={words.noneText} />
      ) : (
        <>
          <p className="proposals__help">{words.help(next)}</p>
          <ChoiceContext.Provider value={choice}>
            <Grid
              id={`proposals.${schema.id}`}
              label={words.list(schema.name)}
              rows={proposals}
              columns={columns}
              idOf={idOf}
              onShown={setVisible}
              onActive={setActive}
              footer={<span className="proposals__why">{active?.reason}</span>}
              onRowKey={(event, { row }) => {
                if (event.key === ' ') toggle(row.id);
                else if (event.key === 'Enter' && event.ctrlKey && !isNone && !isBusy) void accept();
                else if (event.key === 'Delete' && !isNone) setRejecting(true);
                else return;
                event.preventDefault();
              }}
            />
          </ChoiceContext.Provider>
          <div className="dialog-actions proposals__foot">
            <span role="status">{words.chosen(chosen.length)}</span>
            <Button variant="default" onClick={() => setPicked(new Set(visible.map(idOf)))}>
              {words.allShown(visible.length)}
            </Button>
            <Button variant="default" disabled={isNone} onClick={() => setPicked(new Set())}>
              {words.clear}
            </Button>
            <Button variant="default" disabled={isNone || isBusy} onClick={() => setRejecting(true)}>
              {words.reject(chosen.length)}
            </Button>
            <Button disabled={isNone || isBusy} onClick={() => void accept()}>
              {isNone ? words.acceptNone : words.accept(chosen.length, next)}
            </Button>
          </div>
        </>
      )}
      {rejecting ? (
        <RejectDialog
          count={chosen.length}
          version={next}
          onClose={() => setRejecting(false)}
          onReject={(reason) => {
            setRejecting(false);
            void reject(reason);
          }}
        />
      ) : null}
    </>
  );
}

/** The part. */
export function Proposals({ schema, onChanged }: { schema: MappingTableSchema; onChanged: () => void }): ReactNode {
  const { list, reload } = useProposals(schema.id);
  const shown = valueIn(list);
  if (shown !== undefined) return <Deciding shown={shown} reload={reload} onChanged={onChanged} />;
  if (list.state === 'failed') return <Failed title={words.failed} error={list.error} onRetry={() => void reload()} />;
  return <Waiting text={words.loading} />;
}
