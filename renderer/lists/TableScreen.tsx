/** One mapping table as its flows use it: every row with keys, targets, validity and note, to look through and to hand out. */
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import type { TableView } from '../../engine/api/contract.ts';
import type { MappingRow, MappingTableSchema } from '../../engine/model/mapping-table.ts';
import { keepFile } from '../app/files.ts';
import { BackLink, Empty, Failed, Waiting } from '../app/parts.tsx';
import { Grid, type GridColumn } from '../grid/Grid.tsx';
import { errorOf, type Loadable } from '../state/slice.ts';
import { useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';

/** Columns of a table: its keys, its targets, and what every row may have. */
function columnsOf({ keys, targets }: MappingTableSchema): GridColumn<MappingRow>[] {
  return [
    ...keys.map(({ name, label }, at) => ({
      id: `key.${name}`,
      title: label ?? name,
      value: (row: MappingRow) => row.keys[at] ?? '',
      width: 170,
    })),
    ...targets.map(({ name, label }, at) => ({
      id: `target.${name}`,
      title: label ?? name,
      value: (row: MappingRow) => row.targets[at] ?? '',
      width: 170,
    })),
    { id: 'from', title: t.tables.validFrom, value: ({ validFrom }) => validFrom ?? '', width: 110 },
    { id: 'to', title: t.tables.validTo, value: ({ validTo }) => validTo ?? '', width: 110 },
    {
      id: 'suspense',
      title: t.tables.suspense,
      value: ({ suspense }) => (suspense === true ? t.tables.isSuspense : ''),
      width: 110,
    },
    { id: 'note', title: t.tables.note, value: ({ note }) => note ?? '', width: 260 },
  ];
}

/** A table and the columns it is drawn with, which keep their identity. */
interface Shown {
  view: TableView;
  columns: readonly GridColumn<MappingRow>[];
}

function useTable(id: string): { table: Loadable<Shown>; reload: () => void } {
  const { client } = useAppContext();
  const [table, setTable] = useState<Loadable<Shown>>({ state: 'loading' });
  const reload = useCallback(() => {
    setTable({ state: 'loading' });
    client.table
      .get({ id })
      .then((view) => setTable({ state: 'ready', value: { view, columns: columnsOf(view.schema) } }))
      .catch((thrown) => setTable({ state: 'failed', error: errorOf(thrown, t.doing.fetchingTable) }));
  }, [client, id]);
  useEffect(reload, [reload]);
  return { table, reload };
}

function Head({ view }: { view: TableView }): ReactNode {
  const { store, client } = useAppContext();
  const { schema, draft, version } = view;
  const keep = async (format: 'csv' | 'xlsx'): Promise<void> => {
    try {
      const file = await client.table.export({ id: schema.id, format });
      await keepFile({ store, client }, 'tables', file);
    } catch (thrown) {
      store.getState().complain(errorOf(thrown, t.doing.exportingTable));
    }
  };
  return (
    <>
      <h1 className="screen__title" dir="auto">
        {schema.name}
      </h1>
      <span className="tag">{version === 0 ? t.flows.neverPublished : t.flows.version(version)}</span>
      {draft ? <span className="tag">{t.flows.draft}</span> : null}
      <span className="screen__spring" />
      {(['csv', 'xlsx'] as const).map((format) => (
        <Button
          key={format}
          variant="default"
          leftSection={<IconDownload size={15} aria-hidden="true" />}
          onClick={() => void keep(format)}
        >
          {t.tables.export[format]}
        </Button>
      ))}
    </>
  );
}

/** The screen. Where the table has a draft, its rows are shown; flows use the published version. */
export function TableScreen({ tableId }: { tableId: string }): ReactNode {
  const { table, reload } = useTable(tableId);
  const ready = table.state === 'ready' ? table.value : undefined;
  return (
    <div className="screen">
      <header className="screen__head">
        <BackLink to={'/tables'}>{t.tables.back}</BackLink>
        {ready === undefined ? null : <Head view={ready.view} />}
      </header>
      <div className="screen__body">
        {table.state === 'failed' ? <Failed title={t.tables.notFound} error={table.error} onRetry={reload} /> : null}
        {table.state === 'loading' ? <Waiting text={t.lists.loading} /> : null}
        {ready === undefined ? null : ready.view.rows.length === 0 ? (
          <Empty title={t.tables.noRows} text={t.tables.noRowsText} />
        ) : (
          <Grid
            id={`table.${tableId}`}
            label={ready.view.schema.name}
            rows={ready.view.rows}
            columns={ready.columns}
            idOf={(row) => row.id}
          />
        )}
      </div>
    </div>
  );
}
