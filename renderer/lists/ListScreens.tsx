/** Tables, runs and templates as lists: what there is, how it stands, and the way in. */
import { Button } from '@mantine/core';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import type { ConnectionView, CostwireClient, TableListItem, TemplateView } from '../../engine/api/contract.ts';
import type { RunSummary } from '../../engine/model/run.ts';
import { Amounts, Empty, Failed, RelativeTime, WaitingList } from '../app/parts.tsx';
import { hrefOf, navigate } from '../app/router.ts';
import { SearchBox } from '../app/SearchBox.tsx';
import { RunTag } from '../flows/flow-columns.tsx';
import { Grid, type GridColumn } from '../grid/Grid.tsx';
import { ReplayScreen } from '../replay/ReplayScreen.tsx';
import { errorOf, type Loadable, valueIn } from '../state/slice.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { TableScreen } from '../tables/TableScreen.tsx';
import { RunScreen } from './RunScreen.tsx';

/** Fetches a list when the screen opens, and again when runs end or tables change. */
function useList<Row>(fetch: (client: CostwireClient) => Promise<readonly Row[]>): {
  list: Loadable<readonly Row[]>;
  reload: () => void;
} {
  const { client } = useAppContext();
  const turn = useApp(({ tablesTurn }) => tablesTurn);
  const [list, setList] = useState<Loadable<readonly Row[]>>({ state: 'loading' });
  const reload = useCallback(() => {
    fetch(client)
      .then((value) => setList({ state: 'ready', value }))
      .catch((thrown) => setList({ state: 'failed', error: errorOf(thrown, t.doing.fetchingList) }));
  }, [client, fetch]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another turn asks again
  useEffect(reload, [reload, turn]);
  return { list, reload };
}

function ListScreen<Row>(props: {
  /** Under which its view is remembered. */
  id: string;
  title: string;
  fetch: (client: CostwireClient) => Promise<readonly Row[]>;
  columns: readonly GridColumn<Row>[];
  idOf: (row: Row) => string;
  onOpen?: (row: Row) => void;
  emptyTitle: string;
  emptyText: string;
  /** The next thing to do where there is nothing. */
  emptyAction: { title: string; path: `/${string}` };
}): ReactNode {
  const { list, reload } = useList(props.fetch);
  const rows = valueIn(list);
  return (
    <div className="screen">
      <header className="screen__head">
        <h1 className="screen__title">{props.title}</h1>
        <span className="screen__spring" />
        <SearchBox />
      </header>
      <div className="screen__body">
        {list.state === 'failed' ? (
          <Failed title={t.lists.failed} error={list.error} onRetry={reload} />
        ) : rows === undefined ? (
          <WaitingList text={t.lists.loading} />
        ) : rows.length === 0 ? (
          <Empty
            title={props.emptyTitle}
            text={props.emptyText}
            actions={<Button onClick={() => navigate(props.emptyAction.path)}>{props.emptyAction.title}</Button>}
          />
        ) : (
          <Grid
            id={props.id}
            label={props.title}
            rows={rows}
            columns={props.columns}
            idOf={props.idOf}
            {...(props.onOpen === undefined ? {} : { onOpen: props.onOpen })}
          />
        )}
      </div>
    </div>
  );
}

const tableColumns: readonly GridColumn<TableListItem>[] = [
  { id: 'name', title: t.lists.tableColumns.name, value: (table) => table.name, width: 320 },
  {
    id: 'proposals',
    title: t.lists.tableColumns.proposals,
    value: (table) => table.proposals,
    width: 130,
    cell: ({ id, proposals }) =>
      proposals === 0 ? null : (
        <a className="tag tag--warn tag--link" href={hrefOf(`/tables/${id}/proposals`)}>
          {t.tables.toDecide(proposals)}
        </a>
      ),
  },
  { id: 'rows', title: t.lists.tableColumns.rows, value: (table) => table.rows, width: 100, align: 'right' },
  {
    id: 'version',
    title: t.lists.tableColumns.version,
    value: (table) => table.version,
    width: 230,
    cell: (table) => (
      <>
        {table.version === 0 ? t.flows.neverPublished : t.flows.version(table.version)}
        {table.hasDraft ? <span className="tag tag--info">{t.flows.draft}</span> : null}
      </>
    ),
  },
  { id: 'used', title: t.lists.tableColumns.used, value: (table) => t.lists.usedBy(table.usedBy.length), width: 180 },
  {
    id: 'published',
    title: t.lists.tableColumns.published,
    value: (table) => table.publishedAt ?? '',
    width: 160,
    cell: (table) => (table.publishedAt === undefined ? '' : <RelativeTime at={table.publishedAt} />),
  },
];
const fetchTables = (client: CostwireClient): Promise<readonly TableListItem[]> => client.table.list();

/** Mapping tables, or the one that the address names. */
export function TablesScreen({ parts }: { parts: readonly string[] }): ReactNode {
  const [tableId, part] = parts;
  if (tableId !== undefined && tableId !== '')
    return <TableScreen key={tableId} tableId={tableId} part={part === 'proposals' ? 'proposals' : 'rows'} />;
  return (
    <ListScreen
      id="tables"
      title={t.screens.tables}
      fetch={fetchTables}
      columns={tableColumns}
      idOf={(table) => table.id}
      onOpen={({ id }) => navigate(`/tables/${id}`)}
      emptyTitle={t.lists.tablesEmpty}
      emptyText={t.lists.tablesEmptyText}
      emptyAction={{ title: t.flows.createFirst, path: '/templates' }}
    />
  );
}

const count = (id: 'total' | 'held' | 'failed', title: string): GridColumn<RunSummary> => ({
  id,
  title,
  value: (run) => run.counts[id],
  width: 90,
  align: 'right',
});
const runColumns: readonly GridColumn<RunSummary>[] = [
  { id: 'flow', title: t.lists.runColumns.flow, value: (run) => run.flowName, width: 280 },
  { id: 'kind', title: t.lists.runColumns.kind, value: (run) => t.run.kind[run.kind], width: 100 },
  {
    id: 'status',
    title: t.lists.runColumns.status,
    value: (run) => t.run.status[run.status],
    width: 150,
    cell: (run) => <RunTag run={run} />,
  },
  count('total', t.lists.runColumns.records),
  count('held', t.lists.runColumns.held),
  count('failed', t.lists.runColumns.failed),
  {
    id: 'posted',
    title: t.lists.runColumns.posted,
    value: (run) => run.counts.posted,
    amounts: (run) => run.amounts.posted,
    width: 170,
    align: 'right',
    cell: (run) => <Amounts amounts={run.amounts.posted} />,
  },
  {
    id: 'started',
    title: t.lists.runColumns.started,
    value: (run) => run.startedAt,
    width: 140,
    cell: (run) => <RelativeTime at={run.startedAt} />,
  },
  { id: 'by', title: t.lists.runColumns.by, value: (run) => run.startedBy, width: 120 },
];
const fetchRuns = async (client: CostwireClient): Promise<readonly RunSummary[]> =>
  (await client.run.list({ limit: 500 })).runs;

/** Runs; opening one shows its records. */
export function RunsScreen({ parts }: { parts: readonly string[] }): ReactNode {
  const [runId, part] = parts;
  if (runId !== undefined && part === 'replay') return <ReplayScreen key={runId} runId={runId} />;
  if (runId !== undefined && runId !== '') return <RunScreen key={runId} runId={runId} />;
  return (
    <ListScreen
      id="runs"
      title={t.screens.runs}
      fetch={fetchRuns}
      columns={runColumns}
      idOf={(run) => run.id}
      onOpen={(run) => navigate(`/runs/${run.id}`)}
      emptyTitle={t.lists.runsEmpty}
      emptyText={t.lists.runsEmptyText}
      emptyAction={{ title: t.lists.runsEmptyAction, path: '/flows' }}
    />
  );
}

/** Slots for which there is but one connection: nothing is left to choose. */
function soleConnections(
  slots: TemplateView['slots'],
  connections: readonly ConnectionView[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    slots.flatMap(({ slot, connector }) => {
      const [only, ...others] = connections.filter((connection) => connection.connector === connector);
      return only === undefined || others.length > 0 ? [] : [[slot, only.id] as const];
    }),
  );
}

/** Templates as cards; using one makes a flow and opens it. */
export function TemplatesScreen(): ReactNode {
  const { store, client } = useAppContext();
  const { list, reload } = useList(fetchTemplates);
  const templates = valueIn(list);
  const use = async ({ id, slots }: TemplateView): Promise<void> => {
    try {
      const connections = await client.connection.list();
      const { flowId } = await client.template.use({ id, slots: soleConnections(slots, connections) });
      navigate(`/flows/${flowId}`);
    } catch (thrown) {
      store.getState().complain(errorOf(thrown, t.doing.usingTemplate));
    }
  };
  return (
    <div className="screen">
      <header className="screen__head">
        <h1 className="screen__title">{t.screens.templates}</h1>
        <span className="screen__spring" />
        <SearchBox />
      </header>
      <div className="screen__body">
        {list.state === 'failed' ? <Failed title={t.lists.failed} error={list.error} onRetry={reload} /> : null}
        {list.state === 'loading' ? <WaitingList text={t.lists.loading} /> : null}
        {templates?.length === 0 ? <Empty title={t.lists.templatesEmpty} text={t.lists.templatesEmptyText} /> : null}
        <div className="cards">
          {(templates ?? []).map((template) => (
            <article key={template.id} className="card">
              <h2 className="card__title">{template.name}</h2>
              <p className="card__text">{template.summary}</p>
              <div className="card__foot">
                {template.slots.map((slot) => (
                  <span key={slot.slot} className="tag">
                    {slot.label ?? slot.connector}
                  </span>
                ))}
                <span className="screen__spring" />
                <Button variant="light" onClick={() => void use(template)}>
                  {t.lists.use}
                </Button>
              </div>
            </article>
          ))}
        </div>
      </div>
    </div>
  );
}
const fetchTemplates = (client: CostwireClient): Promise<readonly TemplateView[]> => client.template.list();
