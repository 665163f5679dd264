/** The rows of a table as a spreadsheet: typed, pasted, filled, added and deleted, with every step undone by name. */
import { ActionIcon, Button, Modal, Tooltip } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconArrowForwardUp,
  IconQuestionMark,
  IconRowInsertBottom,
  IconTrash,
} from '@tabler/icons-react';
import { type ReactNode, useCallback, useDeferredValue, useMemo, useState } from 'react';
import type { TableView } from '../../engine/api/contract.ts';
import type { MappingRow } from '../../engine/model/mapping-table.ts';
import { formatRelative } from '../app/format.ts';
import { Empty } from '../app/parts.tsx';
import { navigate } from '../app/router.ts';
import type { Pasted } from '../grid/edits.ts';
import { Grid } from '../grid/Grid.tsx';
import type { CellFault, GridEdits } from '../grid/use-editing.ts';
import { useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { columnsOf } from './columns.tsx';
import { type CellProblem, odditiesOf, partsOf, problemsOf, withCells, withNewRows } from './rows.ts';
import type { TableWork, TableWorkState } from './table-work.ts';
import type { Codes } from './use-codes.ts';

const words = t.tables;
const idOf = (row: MappingRow): string => row.id;
const changesOf = (edits: Pasted<MappingRow>['edits']) =>
  edits.map(({ row, column, text }) => ({ rowId: row.id, column, text }));

/** A block that is taller than the table: adding rows is asked for. */
function PasteDialog(props: {
  pasted: Pasted<MappingRow>;
  onPaste: (withRows: boolean) => void;
  onClose: () => void;
}): ReactNode {
  const { pasted, onPaste, onClose } = props;
  const extra = pasted.extra.length;
  const columns = Object.keys(pasted.extra[0] ?? {}).length;
  const fitting = columns === 0 ? 0 : Math.round(pasted.edits.length / columns);
  const choose = (withRows: boolean): void => {
    onClose();
    onPaste(withRows);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.pasteTitle(extra)}
      closeButtonProps={{ 'aria-label': t.designer.close }}
    >
      <p>{words.pasteText(extra + fitting, extra)}</p>
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose}>
          {t.flows.cancel}
        </Button>
        {fitting === 0 ? null : (
          <Button variant="default" onClick={() => choose(false)}>
            {words.pasteFit}
          </Button>
        )}
        <Button data-autofocus onClick={() => choose(true)}>
          {words.pasteAdd(extra)}
        </Button>
      </div>
    </Modal>
  );
}

/** Buttons above the grid. */
function Tools(props: {
  state: TableWorkState;
  work: TableWork;
  problems: readonly CellProblem[];
  chosen: number;
  onAdd: () => void;
  onDelete: () => void;
  oddities: readonly CellProblem[];
  onNext: (among: readonly CellProblem[]) => void;
}): ReactNode {
  const { state, work, problems, oddities } = props;
  const undo = state.undo.at(-1);
  const redo = state.redo.at(-1);
  const undoText = undo === undefined ? words.undoNothing : words.undo(undo.name);
  const redoText = redo === undefined ? words.redoNothing : words.redo(redo.name);
  return (
    <>
      <Button
        variant="default"
        size="xs"
        leftSection={<IconRowInsertBottom size={14} aria-hidden="true" />}
        onClick={props.onAdd}
      >
        {words.addRow}
      </Button>
      <Button
        variant="default"
        size="xs"
        disabled={props.chosen === 0}
        leftSection={<IconTrash size={14} aria-hidden="true" />}
        onClick={props.onDelete}
      >
        {words.deleteRows(props.chosen)}
      </Button>
      <Tooltip label={undoText}>
        <ActionIcon aria-label={undoText} disabled={undo === undefined} onClick={work.undo}>
          <IconArrowBackUp size={16} aria-hidden="true" />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={redoText}>
        <ActionIcon aria-label={redoText} disabled={redo === undefined} onClick={work.redo}>
          <IconArrowForwardUp size={16} aria-hidden="true" />
        </ActionIcon>
      </Tooltip>
      {problems.length === 0 ? null : (
        <Button
          className="table__problems"
          variant="default"
          size="xs"
          leftSection={<IconAlertTriangle size={14} aria-hidden="true" />}
          aria-label={words.nextProblem(problems.length)}
          onClick={() => props.onNext(problems)}
        >
          {words.problems(problems.length)}
        </Button>
      )}
      {oddities.length === 0 ? null : (
        <Button
          className="table__oddities"
          variant="default"
          size="xs"
          leftSection={<IconQuestionMark size={14} aria-hidden="true" />}
          aria-label={words.codes.nextOdd(oddities.length)}
          onClick={() => props.onNext(oddities)}
        >
          {words.codes.odd(oddities.length)}
        </Button>
      )}
    </>
  );
}

/** What is wrong with cells, looked up while they are drawn. */
function useProblems(view: TableView, now: readonly MappingRow[], oddity: Codes['oddity']) {
  const { schema } = view;
  // Typing goes first: tens of thousands of rows take a moment to check.
  const rows = useDeferredValue(now);
  const problems = useMemo(() => problemsOf(schema, rows), [schema, rows]);
  const oddities = useMemo(() => odditiesOf(schema, rows, oddity), [schema, rows, oddity]);
  const byCell = useMemo(() => {
    const faults = new Map<string, CellFault>();
    const add = (severity: CellFault['severity'], found: readonly CellProblem[]): void => {
      for (const { rowId, column, message, hint } of found)
        faults.set(`${rowId}\u0000${column}`, { severity, text: `${message} ${hint}`.trim() });
    };
    add('warning', oddities);
    add('blocking', problems);
    return faults;
  }, [problems, oddities]);
  const problemOf = useCallback(
    (row: MappingRow, column: string): CellFault | undefined => byCell.get(`${row.id}\u0000${column}`),
    [byCell],
  );
  return { problems, oddities, problemOf };
}

/** What the status line says of the codes: against which system they were checked, or why not. */
function CodesChecked({ codes }: { codes: Codes }): ReactNode {
  const [list] = codes.lists.values();
  if (list === undefined && codes.error === undefined) return null;
  const text =
    codes.error === undefined
      ? words.codes.checked(list?.connection ?? '', formatRelative(list?.readAt ?? '', Date.now()))
      : words.codes.failed(codes.error.message);
  return (
    <span className="table__checked" title={codes.error?.hint}>
      {text}
      <button type="button" className="table__again" onClick={() => void codes.reload(true)}>
        {words.codes.again}
      </button>
    </span>
  );
}

const yesNo = [
  { value: 'true', label: 'true' },
  { value: 'false', label: 'false' },
];
const fallback = [{ value: 'true', label: words.isSuspense }];

/** The part. */
export function RowsPart(props: { view: TableView; work: TableWork; state: TableWorkState; codes: Codes }): ReactNode {
  const { view, work, state, codes } = props;
  const { store } = useAppContext();
  const { schema } = view;
  const { rows } = state;
  const { found } = codes;
  const columns = useMemo(() => columnsOf(schema, (column, code) => found(column, code)?.name), [schema, found]);
  const { problems, oddities, problemOf } = useProblems(view, rows, codes.oddity);
  const [chosen, setChosen] = useState<readonly MappingRow[]>([]);
  const [goTo, setGoTo] = useState<{ rowId: string; column: string; turn: number }>();
  const [asking, setAsking] = useState<Pasted<MappingRow>>();
  const stand = (rowId: string, column: string): void =>
    setGoTo((before) => ({ rowId, column, turn: (before?.turn ?? 0) + 1 }));
  const firstColumn = columns[0]?.id ?? '';
  const add = (below: MappingRow | undefined): void => {
    const { rows: next, ids } = withNewRows(schema, work.store.getState().rows, [{}], below?.id);
    work.edit(words.edits.add, () => next);
    stand(ids[0] ?? '', firstColumn);
    store.getState().announce(words.rowAdded);
  };
  const remove = (gone: readonly MappingRow[]): void => {
    const ids = new Set(gone.map(idOf));
    work.edit(words.edits.remove(ids.size), (before) => before.filter(({ id }) => !ids.has(id)));
  };
  const paste = ({ edits, extra, cut }: Pasted<MappingRow>, withRows: boolean): void => {
    const added = withRows ? extra : [];
    const name = added.length > 0 ? words.edits.pasteRows(added.length) : words.edits.paste(edits.length);
    work.edit(name, (before) => {
      const changed = withCells(schema, before, changesOf(edits));
      return added.length === 0 ? changed : withNewRows(schema, changed, added).rows;
    });
    if (cut > 0) store.getState().notify({ tone: 'info', title: words.pasteCut(cut) });
  };
  const next = (list: readonly CellProblem[]): void => {
    const [active] = chosen;
    const order = new Map(rows.map((row, index) => [row.id, index]));
    const at = active === undefined ? -1 : (order.get(active.id) ?? -1);
    const found = list.find(({ rowId }) => (order.get(rowId) ?? 0) > at) ?? list[0];
    if (found !== undefined) stand(found.rowId, found.column);
  };
  const parts = useMemo(() => partsOf(schema), [schema]);
  const edits: GridEdits<MappingRow> = {
    onEdit: (changes, kind) => {
      const [first] = changes;
      if (first === undefined) return;
      const title = columns.find(({ id }) => id === first.column)?.title ?? '';
      const name = kind === 'type' ? words.edits.type(title) : words.edits[kind](changes.length);
      work.edit(name, (before) => withCells(schema, before, changesOf([...changes])));
    },
    onPaste: (pasted) => (pasted.extra.length > 0 ? setAsking(pasted) : paste(pasted, false)),
    onUndo: work.undo,
    onRedo: work.redo,
    onDeleteRows: remove,
    onAddRow: add,
    problemOf,
    choicesOf: (column) => {
      const cell = parts.get(column);
      if (cell?.part === 'suspense') return fallback;
      if (cell?.part === 'target' && cell.type === 'boolean') return yesNo;
      const known = codes.lists.get(column)?.codes.filter(({ usable }) => usable) ?? [];
      return known.map(({ code, name }) => ({ value: code, label: words.codes.name(code, name) }));
    },
  };
  const faults = [...problems, ...oddities];
  const atCell = chosen.length === 1 ? faults.find(({ rowId }) => rowId === chosen[0]?.id) : undefined;
  if (rows.length === 0)
    return (
      <Empty
        title={words.noRows}
        text={view.proposals > 0 ? words.noRowsProposed(view.proposals) : words.noRowsText}
        actions={
          <>
            {view.proposals === 0 ? null : (
              <Button onClick={() => navigate(`/tables/${schema.id}/proposals`)}>{words.seeProposals}</Button>
            )}
            <Button variant={view.proposals === 0 ? 'filled' : 'default'} onClick={() => add(undefined)}>
              {words.addFirst}
            </Button>
            {state.undo.length === 0 ? null : (
              <Button variant="default" onClick={work.undo}>
                {words.undo(state.undo.at(-1)?.name ?? '')}
              </Button>
            )}
          </>
        }
      />
    );
  return (
    <>
      <Grid
        id={`table.${schema.id}`}
        label={schema.name}
        rows={rows}
        columns={columns}
        idOf={idOf}
        edits={edits}
        onChosen={setChosen}
        {...(goTo === undefined ? {} : { goTo })}
        before={
          <Tools
            state={state}
            work={work}
            problems={problems}
            chosen={chosen.length}
            onAdd={() => add(chosen.at(-1))}
            onDelete={() => remove(chosen)}
            oddities={oddities}
            onNext={next}
          />
        }
        footer={
          atCell === undefined ? (
            <CodesChecked codes={codes} />
          ) : (
            <span
              className={problems.includes(atCell) ? 'table__wrong' : 'table__wrong table__wrong--odd'}
              role="status"
            >
              {atCell.message} {atCell.hint}
            </span>
          )
        }
      />
      {asking === undefined ? null : (
        <PasteDialog
          pasted={asking}
          onPaste={(withRows) => paste(asking, withRows)}
          onClose={() => setAsking(undefined)}
        />
      )}
    </>
  );
}
