/** The first step of a replay: which records, with which versions, with which changes. */
import { Button, Radio } from '@mantine/core';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { mostReplayKeys, type ReasonGroup, type RecordListItem } from '../../engine/api/contract.ts';
import type { AppErrorData } from '../../engine/model/error.ts';
import type { RunSummary } from '../../engine/model/run.ts';
import { formatAmounts } from '../app/format.ts';
import { t } from '../strings/index.ts';
import { Changes, type FieldChange } from './Changes.tsx';
import { Choices } from './Choices.tsx';
import { isOpen, keysOf, sumOfRecords, toggled } from './choice.ts';
import { RecordChoices } from './RecordChoices.tsx';
import type { ReplayOrder } from './use-replay.ts';

const words = t.replay;
type Version = ReplayOrder['flow'];

interface ChoosingProps {
  run: RunSummary;
  records: readonly RecordListItem[];
  /** Whether all records of the run were fetched. */
  isComplete: boolean;
  reasons: readonly ReasonGroup[];
  version: number | undefined;
  error: AppErrorData | undefined;
  onShow: (order: ReplayOrder) => void;
}

function VersionChoice(props: {
  title: string;
  value: Version;
  /** Of now, and of then. */
  labels: readonly [string, string];
  /** Where there is no version of now. */
  onlyThen?: boolean;
  onChoose: (version: Version) => void;
}): ReactNode {
  const { title, value, labels, onlyThen = false, onChoose } = props;
  return (
    <Radio.Group
      className="replay__choices"
      label={title}
      value={value}
      onChange={(chosen) => onChoose(chosen === 'then' ? 'then' : 'now')}
    >
      <Radio value="now" label={labels[0]} disabled={onlyThen} />
      <Radio value="then" label={labels[1]} />
    </Radio.Group>
  );
}

/** What the person chose, as the host takes it. */
function orderOf(of: {
  run: RunSummary;
  keys: readonly string[];
  all: boolean;
  versions: { flow: Version; tables: Version };
  changes: readonly FieldChange[];
  why: string;
}): ReplayOrder {
  const overrides = of.changes
    .filter(({ recordKey }) => of.keys.includes(recordKey))
    .map(({ recordKey, field, after }) => ({ recordKey, field, after }));
  return {
    runId: of.run.id,
    // All open ones need no list of keys, however many there are.
    ...(of.all ? {} : { keys: [...of.keys] }),
    ...of.versions,
    overrides,
    ...(overrides.length === 0 ? {} : { why: of.why.trim() }),
  };
}

/** The step. */
export function Choosing(props: ChoosingProps): ReactNode {
  const { run, records, isComplete, reasons, version, error, onShow } = props;
  const all = useMemo(() => keysOf(records), [records]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState<RecordListItem>();
  const [flow, setFlow] = useState<Version>(version === undefined ? 'then' : 'now');
  const [tables, setTables] = useState<Version>('now');
  const [changes, setChanges] = useState<readonly FieldChange[]>([]);
  const [why, setWhy] = useState('');
  const toggle = useCallback((key: string) => setChosen((before) => toggled(before, [key])), []);
  const isAll = isComplete && chosen.size === all.length;
  const counted = changes.filter(({ recordKey }) => chosen.has(recordKey));
  const { amounts } = sumOfRecords(records.filter((record) => isOpen(record) && chosen.has(record.key)));
  const tooMany = !isAll && chosen.size > mostReplayKeys;
  const isReady = chosen.size > 0 && !tooMany && (counted.length === 0 || why.trim() !== '');
  const keys = [...chosen];
  return (
    <>
      {error === undefined ? null : (
        <p className="alert-line" role="alert">
          {error.message} {error.hint}
        </p>
      )}
      <div className="replay__body">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long column is scrolled by keyboard */}
        <section className="replay__side" aria-label={words.which} tabIndex={0}>
          <p className="replay__help">{words.whichHelp}</p>
          <div className="replay__buttons">
            <Button variant="default" disabled={all.length === 0} onClick={() => setChosen(new Set(all))}>
              {words.allOpen(all.length)}
            </Button>
            <Button variant="default" disabled={chosen.size === 0} onClick={() => setChosen(new Set())}>
              {words.none}
            </Button>
          </div>
          <Choices records={records} reasons={reasons} chosen={chosen} onChoose={setChosen} />
          <VersionChoice
            title={words.flowVersion}
            value={flow}
            labels={[words.flowNow(version ?? 0), words.flowThen(run.flowVersion)]}
            onlyThen={version === undefined}
            onChoose={setFlow}
          />
          <VersionChoice
            title={words.tableVersion}
            value={tables}
            labels={[words.tablesNow, words.tablesThen]}
            onChoose={setTables}
          />
          <Changes
            record={active !== undefined && chosen.has(active.key) ? active : undefined}
            changes={counted}
            why={why}
            onChange={setChanges}
            onWhy={setWhy}
          />
        </section>
        <RecordChoices records={records} chosen={chosen} onToggle={toggle} onActive={setActive} />
      </div>
      <div className="dialog-actions replay__foot">
        <span role="status">
          {tooMany ? words.tooMany(mostReplayKeys) : words.chosen(chosen.size, formatAmounts(amounts, 'minus'))}
        </span>
        <Button
          disabled={!isReady}
          onClick={() => onShow(orderOf({ run, keys, all: isAll, versions: { flow, tables }, changes: counted, why }))}
        >
          {words.show}
        </Button>
      </div>
    </>
  );
}
