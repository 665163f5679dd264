/** The bar above the grid: find, filters as chips, saved views, and which columns are shown. */
import { Popover, TextInput } from '@mantine/core';
import { IconFilterPlus, IconSearch, IconX } from '@tabler/icons-react';
import { type ReactNode, type RefObject, useState } from 'react';
import { t } from '../strings/index.ts';
import { ColumnChooser } from './ColumnChooser.tsx';
import type { GridColumn } from './column.ts';
import { FilterEditor } from './FilterEditor.tsx';
import { GridPopover } from './GridPopover.tsx';
import type { ViewActions } from './use-view.ts';
import { ViewMenu } from './ViewMenu.tsx';
import type { GridFilter } from './view.ts';

interface BarProps<Row> {
  label: string;
  columns: readonly GridColumn<Row>[];
  rows: readonly Row[];
  views: ViewActions;
  find: string;
  onFind: (text: string) => void;
  finder: RefObject<HTMLInputElement | null>;
  /** Gives the focus back to the cells. */
  onLeave: () => void;
  before: ReactNode;
}

/** A filter in words. */
export function filterText(filter: GridFilter, title: string): string {
  switch (filter.kind) {
    case 'contains':
      return t.grid.chip.contains(title, filter.text);
    case 'values':
      return t.grid.chip.values(
        title,
        filter.values.map((value) => (value === '' ? t.grid.blankValue : value)),
      );
    case 'range':
      return t.grid.chip.range(title, filter.from, filter.to);
  }
}

function FilterButton<Row>(props: {
  columns: readonly GridColumn<Row>[];
  rows: readonly Row[];
  onAdd: (filter: GridFilter) => void;
}): ReactNode {
  return (
    <GridPopover label={t.grid.filter} icon={<IconFilterPlus size={14} aria-hidden="true" />} position="bottom-start">
      {(close) => (
        <FilterEditor
          columns={props.columns}
          rows={props.rows}
          onApply={(filter) => {
            close();
            props.onAdd(filter);
          }}
        />
      )}
    </GridPopover>
  );
}

function Chip<Row>(props: {
  filter: GridFilter;
  column: GridColumn<Row>;
  rows: readonly Row[];
  onChange: (filter: GridFilter | undefined) => void;
}): ReactNode {
  const [open, setOpen] = useState(false);
  const text = filterText(props.filter, props.column.title);
  return (
    <span className="grid__chip">
      <Popover opened={open} onChange={setOpen} position="bottom-start" trapFocus withRoles={false}>
        <Popover.Target>
          <button type="button" className="grid__chip-text" aria-expanded={open} onClick={() => setOpen(!open)}>
            {text}
          </button>
        </Popover.Target>
        <Popover.Dropdown>
          {open ? (
            <FilterEditor
              columns={[props.column]}
              rows={props.rows}
              filter={props.filter}
              onApply={(filter) => {
                setOpen(false);
                props.onChange(filter);
              }}
            />
          ) : null}
        </Popover.Dropdown>
      </Popover>
      <button
        type="button"
        className="grid__chip-remove"
        aria-label={t.grid.removeFilter(text)}
        onClick={() => props.onChange(undefined)}
      >
        <IconX size={12} aria-hidden="true" />
      </button>
    </span>
  );
}

/** The bar. */
export function GridBar<Row>(props: BarProps<Row>): ReactNode {
  const { columns, rows, views, find } = props;
  const { filters } = views.view;
  const replaced = (index: number, filter: GridFilter | undefined): GridFilter[] =>
    filters.flatMap((each, at) => (at !== index ? [each] : filter === undefined ? [] : [filter]));
  return (
    <div
      className={filters.length > 0 || find !== '' ? 'grid__bar grid__bar--filtered' : 'grid__bar'}
      role="toolbar"
      aria-label={t.grid.bar(props.label)}
    >
      {props.before}
      <TextInput
        ref={props.finder}
        size="xs"
        w={210}
        aria-label={t.grid.find}
        placeholder={t.grid.find}
        leftSection={<IconSearch size={13} aria-hidden="true" />}
        value={find}
        onChange={(event) => props.onFind(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') props.onFind('');
          if (event.key !== 'Escape' && event.key !== 'Enter' && event.key !== 'ArrowDown') return;
          event.preventDefault();
          props.onLeave();
        }}
      />
      <FilterButton columns={columns} rows={rows} onAdd={(filter) => views.change({ filters: [...filters, filter] })} />
      {filters.map((filter, index) => {
        const column = columns.find(({ id }) => id === filter.column);
        return column === undefined ? null : (
          <Chip
            // biome-ignore lint/suspicious/noArrayIndexKey: filters are alike and have no other identity than their place
            key={index}
            filter={filter}
            column={column}
            rows={rows}
            onChange={(next) => views.change({ filters: replaced(index, next) })}
          />
        );
      })}
      <span className="screen__spring" />
      <ViewMenu views={views} />
      <ColumnChooser columns={columns} views={views} />
    </div>
  );
}
