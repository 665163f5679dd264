/** Changes to fields of chosen records, for this replay only, with the reason that goes into the audit chain. */
import { ActionIcon, Button, Select, Textarea, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { RecordListItem, ReplayField } from '../../engine/api/contract.ts';
import { nameOf } from '../lists/record-columns.tsx';
import { errorOf } from '../state/slice.ts';
import { useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';

const words = t.replay;

/** A change as the screen lists it. */
export interface FieldChange {
  recordKey: string;
  recordName: string;
  field: string;
  label: string;
  before: string;
  after: string;
}

interface ChangesProps {
  record: RecordListItem | undefined;
  changes: readonly FieldChange[];
  why: string;
  onChange: (changes: readonly FieldChange[]) => void;
  onWhy: (why: string) => void;
}

/** The fields of a record that may be changed. */
function useFields(record: RecordListItem | undefined): readonly ReplayField[] {
  const { client, store } = useAppContext();
  const [fields, setFields] = useState<readonly ReplayField[]>([]);
  const { runId, key } = record ?? {};
  useEffect(() => {
    setFields([]);
    if (runId === undefined || key === undefined) return;
    let current = true;
    client.run
      .replayFields({ runId, key })
      .then((found) => current && setFields(found))
      .catch((thrown) => current && store.getState().complain(errorOf(thrown, t.doing.fetchingRecord)));
    return () => {
      current = false;
    };
  }, [client, store, runId, key]);
  return fields;
}

function NewChange(props: { record: RecordListItem; onAdd: (change: FieldChange) => void }): ReactNode {
  const { record, onAdd } = props;
  const fields = useFields(record);
  const [path, setPath] = useState<string | null>(null);
  const [after, setAfter] = useState('');
  const field = fields.find((candidate) => candidate.path === path);
  return (
    <form
      className="replay__change"
      onSubmit={(event) => {
        event.preventDefault();
        if (field === undefined || after === field.value) return;
        const { path: name, label, value: before } = field;
        onAdd({ recordKey: record.key, recordName: nameOf(record), field: name, label, before, after });
        setPath(null);
        setAfter('');
      }}
    >
      <span dir="auto">{words.changeFor(nameOf(record))}</span>
      <Select
        label={words.field}
        searchable
        data={fields.map(({ path: value, label }) => ({
          value,
          label: label === value ? label : `${label} (${value})`,
        }))}
        value={path}
        onChange={(value) => {
          setPath(value);
          setAfter(fields.find((candidate) => candidate.path === value)?.value ?? '');
        }}
      />
      <TextInput
        label={words.newValue}
        description={field === undefined ? undefined : words.fieldNow(field.value)}
        dir="auto"
        maxLength={10_000}
        disabled={field === undefined}
        value={after}
        onChange={(event) => setAfter(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" disabled={field === undefined || after === field.value}>
        {words.addChange}
      </Button>
    </form>
  );
}

/** The section. */
export function Changes({ record, changes, why, onChange, onWhy }: ChangesProps): ReactNode {
  return (
    <fieldset className="replay__choices">
      <legend>{words.changes}</legend>
      <p className="replay__help">{words.changesHelp}</p>
      {changes.map((change) => (
        <div key={`${change.recordKey} ${change.field}`} className="replay__choice">
          <span dir="auto">{words.change(change.recordName, change.label, change.before, change.after)}</span>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={words.removeChange(change.recordName, change.label)}
            onClick={() => onChange(changes.filter((other) => other !== change))}
          >
            <IconX size={14} aria-hidden="true" />
          </ActionIcon>
        </div>
      ))}
      {changes.length === 0 ? null : (
        <Textarea
          label={words.why}
          autosize
          minRows={2}
          maxLength={500}
          required
          value={why}
          onChange={(event) => onWhy(event.currentTarget.value)}
        />
      )}
      {record === undefined ? (
        <p className="replay__help">{words.changePick}</p>
      ) : (
        <NewChange
          key={record.key}
          record={record}
          onAdd={(added) => {
            const others = changes.filter(
              ({ recordKey, field }) => recordKey !== added.recordKey || field !== added.field,
            );
            onChange([...others, added]);
          }}
        />
      )}
    </fieldset>
  );
}
