/** One mapping table: its rows as a spreadsheet, the proposals of runs, and files that come in and go out. */
import { Button } from '@mantine/core';
import { IconDownload, IconUpload } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { TableView } from '../../engine/api/contract.ts';
import { decisionColumns, type MappingTableSchema } from '../../engine/model/mapping-table.ts';
import { type ChosenTableFile, chooseTable, keepFile } from '../app/files.ts';
import { BackLink, Failed, Waiting } from '../app/parts.tsx';
import { hrefOf } from '../app/router.ts';
import { errorOf } from '../state/slice.ts';
import { useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { DiscardDialog } from './DiscardDialog.tsx';
import { ImportDialog } from './ImportDialog.tsx';
import { Proposals } from './Proposals.tsx';
import { PublishDialog } from './PublishDialog.tsx';
import { RowsPart } from './RowsPart.tsx';
import './tables.css';
import type { TableWork, TableWorkState } from './table-work.ts';
import { type Codes, useCodes } from './use-codes.ts';
import { useTable } from './use-table.ts';

const words = t.tables;

/** Whether the rows of a table count only once a person has accepted them. */
export const hasDecisions = ({ targets }: MappingTableSchema): boolean =>
  Object.values(decisionColumns).every((name) => targets.some((column) => column.name === name));

type Asked = { kind: 'publish' } | { kind: 'discard' } | { kind: 'import'; file: ChosenTableFile };

function Files({ view, onFile }: { view: TableView; onFile: (file: ChosenTableFile) => void }): ReactNode {
  const { store, client } = useAppContext();
  const { id } = view.schema;
  const keep = async (format: 'csv' | 'xlsx'): Promise<void> => {
    try {
      await keepFile({ store, client }, 'tables', await client.table.export({ id, format }));
    } catch (thrown) {
      store.getState().complain(errorOf(thrown, t.doing.exportingTable));
    }
  };
  const choose = async (): Promise<void> => {
    const file = await chooseTable({ store, client });
    if (file !== undefined) onFile(file);
  };
  return (
    <>
      <Button variant="default" leftSection={<IconUpload size={15} aria-hidden="true" />} onClick={() => void choose()}>
        {words.import.open}
      </Button>
      {(['csv', 'xlsx'] as const).map((format) => (
        <Button
          key={format}
          variant="default"
          leftSection={<IconDownload size={15} aria-hidden="true" />}
          onClick={() => void keep(format)}
        >
          {words.export[format]}
        </Button>
      ))}
    </>
  );
}

function Head({ view, state, onAsk }: { view: TableView; state: TableWorkState; onAsk: (asked: Asked) => void }) {
  const { schema, version } = view;
  const isChanged = view.draft || state.keeping !== 'kept';
  return (
    <>
      <h1 className="screen__title" dir="auto">
        {schema.name}
      </h1>
      <span className="tag">{version === 0 ? t.flows.neverPublished : t.flows.version(version)}</span>
      {isChanged ? (
        <span className={state.error === undefined ? 'tag tag--info' : 'tag tag--bad'} role="status">
          {words.keeping[state.keeping]}
        </span>
      ) : null}
      <div className="table__actions">
        <Files view={view} onFile={(file) => onAsk({ kind: 'import', file })} />
        {isChanged && version > 0 ? (
          <Button variant="default" onClick={() => onAsk({ kind: 'discard' })}>
            {words.discard}
          </Button>
        ) : null}
        <Button disabled={!isChanged} onClick={() => onAsk({ kind: 'publish' })}>
          {words.publish}
        </Button>
      </div>
    </>
  );
}

function Parts({ view, part }: { view: TableView; part: 'rows' | 'proposals' }): ReactNode {
  const { id } = view.schema;
  return (
    <nav className="table__parts" aria-label={words.parts}>
      <a href={hrefOf(`/tables/${id}`)} aria-current={part === 'rows' ? 'page' : undefined}>
        {words.rowsPart} <span className="tag">{view.rows.length.toLocaleString()}</span>
      </a>
      <a href={hrefOf(`/tables/${id}/proposals`)} aria-current={part === 'proposals' ? 'page' : undefined}>
        {words.proposalsPart}{' '}
        <span className={view.proposals > 0 ? 'tag tag--warn' : 'tag'}>{view.proposals.toLocaleString()}</span>
      </a>
    </nav>
  );
}

/** What stands in the way of keeping the draft, with what to do. */
function Trouble({ work, state }: { work: TableWork; state: TableWorkState }): ReactNode {
  const { keeping, error } = state;
  if (error === undefined) return null;
  return (
    <div className="alert-line table__trouble" role="alert">
      <span>{keeping === 'conflict' ? words.conflict : `${error.message} ${error.hint}`}</span>
      {keeping === 'conflict' ? (
        <>
          <Button variant="default" size="compact-sm" onClick={() => void work.keepMine()}>
            {words.keepMine}
          </Button>
          <Button variant="default" size="compact-sm" onClick={() => void work.takeTheirs()}>
            {words.takeTheirs}
          </Button>
        </>
      ) : (
        <Button variant="default" size="compact-sm" onClick={() => void work.flush()}>
          {words.retry}
        </Button>
      )}
    </div>
  );
}

function Dialogs(props: {
  asked: Asked | undefined;
  view: TableView;
  work: TableWork;
  codes: Codes;
  onClose: () => void;
}): ReactNode {
  const { asked, view, work, codes, onClose } = props;
  switch (asked?.kind) {
    case 'publish':
      return <PublishDialog work={work} codes={codes} onClose={onClose} />;
    case 'discard':
      return <DiscardDialog work={work} onClose={onClose} />;
    case 'import':
      return <ImportDialog view={view} work={work} file={asked.file} onClose={onClose} />;
    case undefined:
      return null;
  }
}

/** The screen. Where the table has a draft, its rows are shown; flows use the published version. */
export function TableScreen({ tableId, part }: { tableId: string; part: 'rows' | 'proposals' }): ReactNode {
  const { work, state } = useTable(tableId);
  const [asked, setAsked] = useState<Asked>();
  const codes = useCodes(tableId);
  const { table } = state;
  const view = table.state === 'ready' ? table.value : undefined;
  return (
    <div className="screen">
      <header className="screen__head">
        <BackLink to={'/tables'}>{words.back}</BackLink>
        {view === undefined ? null : <Head view={view} state={state} onAsk={setAsked} />}
      </header>
      <div className="screen__body">
        {table.state === 'failed' ? (
          <Failed title={words.notFound} error={table.error} onRetry={() => void work.load()} />
        ) : null}
        {table.state === 'loading' ? <Waiting text={t.lists.loading} /> : null}
        {view === undefined ? null : (
          <>
            {hasDecisions(view.schema) ? <Parts view={view} part={part} /> : null}
            <Trouble work={work} state={state} />
            {part === 'proposals' ? (
              <Proposals schema={view.schema} onChanged={() => void work.refresh()} />
            ) : (
              <RowsPart view={view} work={work} state={state} codes={codes} />
            )}
            <Dialogs asked={asked} view={view} work={work} codes={codes} onClose={() => setAsked(undefined)} />
          </>
        )}
      </div>
    </div>
  );
}
