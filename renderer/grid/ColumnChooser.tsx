/** Which columns are shown, in which order, and how many of the first stay in sight. */
import { ActionIcon, Button, Checkbox, Select } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconColumns3 } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { t } from '../strings/index.ts';
import type { GridColumn } from './column.ts';
import { GridPopover } from './GridPopover.tsx';
import type { ViewActions } from './use-view.ts';
import { hiddenColumns, movedColumn, orderedColumns } from './view.ts';

/** The button and its list. */
export function ColumnChooser<Row>(props: { columns: readonly GridColumn<Row>[]; views: ViewActions }): ReactNode {
  const { view, change } = props.views;
  const ordered = orderedColumns(props.columns, view);
  const ids = ordered.map(({ id }) => id);
  const hidden = hiddenColumns(props.columns, view);
  const show = (id: string, shown: boolean): void =>
    change({ hidden: shown ? hidden.filter((other) => other !== id) : [...hidden, id] });
  return (
    <GridPopover label={t.grid.columns} icon={<IconColumns3 size={14} aria-hidden="true" />} position="bottom-end">
      {() => (
        <div className="grid__chooser">
          <ul>
            {ordered.map((column, at) => (
              <li key={column.id}>
                <Checkbox
                  size="xs"
                  aria-label={t.grid.showColumn(column.title)}
                  label={column.title}
                  checked={!hidden.includes(column.id)}
                  disabled={!hidden.includes(column.id) && hidden.length === ordered.length - 1}
                  onChange={(event) => show(column.id, event.currentTarget.checked)}
                />
                <span className="screen__spring" />
                <ActionIcon
                  aria-label={t.grid.earlier(column.title)}
                  disabled={at === 0}
                  onClick={() => change({ order: movedColumn(ids, column.id, -1) })}
                >
                  <IconChevronUp size={14} aria-hidden="true" />
                </ActionIcon>
                <ActionIcon
                  aria-label={t.grid.later(column.title)}
                  disabled={at === ordered.length - 1}
                  onClick={() => change({ order: movedColumn(ids, column.id, 1) })}
                >
                  <IconChevronDown size={14} aria-hidden="true" />
                </ActionIcon>
              </li>
            ))}
          </ul>
          <Select
            size="xs"
            label={t.grid.frozen}
            data={[0, 1, 2, 3].map((count) => ({ value: String(count), label: t.grid.frozenCount(count) }))}
            value={String(view.frozen)}
            allowDeselect={false}
            comboboxProps={{ withinPortal: false }}
            onChange={(value) => change({ frozen: Number(value) })}
          />
          <Button
            variant="subtle"
            size="xs"
            onClick={() => {
              const { hidden: _hidden, ...rest } = view;
              props.views.reset({ ...rest, order: [], widths: {}, frozen: 1 });
            }}
          >
            {t.grid.resetColumns}
          </Button>
        </div>
      )}
    </GridPopover>
  );
}
