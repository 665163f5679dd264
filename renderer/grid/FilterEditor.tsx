/** Makes a filter: by text, by values that occur, or by a range of amounts. */
import { Button, Checkbox, Select, TextInput } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import { tryParse } from '../../engine/model/decimal.ts';
import { t } from '../strings/index.ts';
import { type GridColumn, isNumeric, textOf } from './column.ts';
import type { GridFilter } from './view.ts';

/** Most values that are offered for ticking. */
const offeredAtMost = 100;
/** Rows that are looked at for values: enough to know them, few enough not to be felt. */
const lookedAt = 20_000;

interface EditorProps<Row> {
  columns: readonly GridColumn<Row>[];
  rows: readonly Row[];
  filter?: GridFilter;
  onApply: (filter: GridFilter) => void;
}

const isAmount = (text: string): boolean => text.trim() === '' || tryParse(amountText(text)) !== undefined;
/** Grouping commas of an amount that was copied from elsewhere are no part of the number. */
const amountText = (text: string): string => text.trim().replace(/,(?=\d{3}(\D|$))/g, '');

function RangeFields(props: {
  from: string;
  to: string;
  onChange: (end: 'from' | 'to', text: string) => void;
}): ReactNode {
  return (['from', 'to'] as const).map((end) => (
    <TextInput
      key={end}
      size="xs"
      label={t.grid[end]}
      inputMode="decimal"
      value={props[end]}
      error={isAmount(props[end]) ? undefined : t.grid.badNumber}
      onChange={(event) => props.onChange(end, event.currentTarget.value)}
    />
  ));
}

function ValueLabel({ value, count }: { value: string; count: number }): ReactNode {
  const shown = value === '' ? t.grid.blankValue : value;
  return (
    <>
      {shown} <span className="cell-faint">{count}</span>
    </>
  );
}

function Values<Row>(props: {
  column: GridColumn<Row>;
  rows: readonly Row[];
  text: string;
  chosen: readonly string[];
  onChange: (values: string[]) => void;
}): ReactNode {
  const { column, rows, chosen } = props;
  const known = useMemo(() => {
    const counts = new Map<string, number>();
    for (const row of rows.slice(0, lookedAt)) {
      const text = textOf(column, row);
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    return [...counts].toSorted(([a], [b]) => a.localeCompare(b, undefined, { numeric: true }));
  }, [column, rows]);
  const wanted = props.text.trim().toLowerCase();
  const fitting = known.filter(([value]) => value.toLowerCase().includes(wanted));
  return (
    <fieldset className="grid__values">
      <legend>{t.grid.values}</legend>
      {fitting.slice(0, offeredAtMost).map(([value, count]) => (
        <Checkbox
          key={value}
          size="xs"
          label={<ValueLabel value={value} count={count} />}
          checked={chosen.includes(value)}
          onChange={(event) =>
            props.onChange(
              event.currentTarget.checked ? [...chosen, value] : chosen.filter((candidate) => candidate !== value),
            )
          }
        />
      ))}
      {fitting.length > offeredAtMost ? <p className="cell-faint">{t.grid.manyValues(offeredAtMost)}</p> : null}
    </fieldset>
  );
}

/** The form. Enter applies it. */
export function FilterEditor<Row>({ columns, rows, filter, onApply }: EditorProps<Row>): ReactNode {
  const [id, setId] = useState(filter?.column ?? columns[0]?.id ?? '');
  const [text, setText] = useState(filter?.kind === 'contains' ? filter.text : '');
  const [values, setValues] = useState<string[]>(filter?.kind === 'values' ? filter.values : []);
  const [range, setRange] = useState(
    filter?.kind === 'range' ? { from: filter.from ?? '', to: filter.to ?? '' } : { from: '', to: '' },
  );
  const column = columns.find((candidate) => candidate.id === id);
  if (column === undefined) return null;
  const numeric = isNumeric(column);
  const made = (): GridFilter | undefined => {
    if (numeric) {
      const from = amountText(range.from);
      const to = amountText(range.to);
      if ((from === '' && to === '') || !isAmount(from) || !isAmount(to)) return undefined;
      return { kind: 'range', column: id, ...(from === '' ? {} : { from }), ...(to === '' ? {} : { to }) };
    }
    if (values.length > 0) return { kind: 'values', column: id, values };
    return text.trim() === '' ? undefined : { kind: 'contains', column: id, text: text.trim() };
  };
  const ready = made();
  return (
    <form
      className="grid__filter"
      aria-label={t.grid.filterBy(column.title)}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready !== undefined) onApply(ready);
      }}
    >
      {columns.length < 2 ? (
        <strong>{column.title}</strong>
      ) : (
        <Select
          size="xs"
          label={t.grid.filterOn}
          data={columns.map(({ id: value, title }) => ({ value, label: title }))}
          value={id}
          allowDeselect={false}
          comboboxProps={{ withinPortal: false }}
          onChange={(value) => {
            setId(value ?? id);
            setText('');
            setValues([]);
          }}
        />
      )}
      {numeric ? (
        <RangeFields {...range} onChange={(end, value) => setRange({ ...range, [end]: value })} />
      ) : (
        <>
          <TextInput
            size="xs"
            label={t.grid.contains}
            data-autofocus
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Values column={column} rows={rows} text={text} chosen={values} onChange={setValues} />
        </>
      )}
      <Button type="submit" size="xs" disabled={ready === undefined}>
        {t.grid.apply}
      </Button>
    </form>
  );
}
