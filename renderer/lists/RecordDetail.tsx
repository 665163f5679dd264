/** One record of a run: why it stands where it does, what to do, its document in the ERP, and every request that was made for it. */
import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { RecordDetail as Detail, RecordListItem, TimelineEntry } from '../../engine/api/contract.ts';
import type { Exchange } from '../../engine/model/connector.ts';
import type { Voucher } from '../../engine/model/run.ts';
import { Amount, Failed, RelativeTime, Waiting } from '../app/parts.tsx';
import { hrefOf } from '../app/router.ts';
import '../dock/dock.css';
import { errorOf, type Loadable } from '../state/slice.ts';
import { useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { DocumentLink, nameOf, reasonOf, StatusTag } from './record-columns.tsx';

function useDetail(runId: string, key: string): { detail: Loadable<Detail>; reload: () => void } {
  const { client } = useAppContext();
  const [detail, setDetail] = useState<Loadable<Detail>>({ state: 'loading' });
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round fetches again
  useEffect(() => {
    let current = true;
    setDetail({ state: 'loading' });
    client.record
      .get({ runId, key })
      .then((value) => current && setDetail({ state: 'ready', value }))
      .catch((thrown) => current && setDetail({ state: 'failed', error: errorOf(thrown, t.doing.fetchingRecord) }));
    return () => {
      current = false;
    };
  }, [client, runId, key, round]);
  return { detail, reload: () => setRound(round + 1) };
}

function Fact({ name, children }: { name: string; children: ReactNode }): ReactNode {
  return (
    <div className="facts__row">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Facts({ record }: { record: RecordListItem }): ReactNode {
  const { amount, currency, origin, businessKey, target, error } = record;
  const words = t.runs.facts;
  return (
    <dl className="facts">
      {amount === undefined ? null : (
        <Fact name={words.amount}>
          <Amount amount={amount} {...(currency === undefined ? {} : { currency })} />
        </Fact>
      )}
      {target === undefined ? null : (
        <Fact name={words.document}>
          <DocumentLink target={target} /> <span className="cell-faint">{target.status}</span>
        </Fact>
      )}
      {origin.scope === undefined ? null : <Fact name={words.project}>{origin.scope.label}</Fact>}
      {businessKey === undefined ? null : <Fact name={words.businessKey}>{businessKey}</Fact>}
      {error === undefined ? null : (
        <Fact name={words.code}>
          <code>{error.code}</code>
        </Fact>
      )}
    </dl>
  );
}

/** A body as people read it: JSON with indents, all else as it came. */
function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch (thrown) {
    // A body may be anything; only a syntax error says that it is no JSON.
    if (thrown instanceof SyntaxError) return body;
    throw thrown;
  }
}

function Body({ title, body }: { title: string; body: string | undefined }): ReactNode {
  if (body === undefined || body === '') return null;
  return (
    <>
      <h4>{title}</h4>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long text is scrolled by keyboard */}
      <pre className="record__body" tabIndex={0}>
        {readable(body)}
      </pre>
    </>
  );
}

function Request({ exchange }: { exchange: Exchange }): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t.runs.request}</summary>
      {open ? (
        <div className="record__request">
          <code className="record__url">
            {exchange.method} {exchange.url}
          </code>
          <Body title={t.runs.sent} body={exchange.requestBody} />
          <Body title={t.runs.received} body={exchange.responseBody} />
          <p className="cell-faint">
            {t.runs.masked} {exchange.requestId}
          </p>
        </div>
      ) : null}
    </details>
  );
}

function Timeline({ entries }: { entries: readonly TimelineEntry[] }): ReactNode {
  return (
    <section>
      <h3>{t.runs.timeline}</h3>
      <ol className="record__timeline">
        {entries.map((entry, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: what happened has no identity but its place, and never moves
          <li key={index}>
            <span className="record__when">
              <time dateTime={entry.at}>{new Date(entry.at).toLocaleTimeString()}</time>
            </span>
            <span className="record__what">
              <strong>{entry.title}</strong>
              {entry.status === undefined ? null : <StatusTag status={entry.status} />}
              {entry.detail === undefined ? null : <span className="record__more">{entry.detail}</span>}
              {entry.exchange === undefined ? null : <Request exchange={entry.exchange} />}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Lines({ voucher }: { voucher: Voucher }): ReactNode {
  return (
    <section>
      <h3>{t.runs.lines}</h3>
      <table className="field-table">
        <tbody>
          {voucher.lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of a voucher have no identity and never move
            <tr key={index}>
              <td>
                {line.account ?? t.dock.noAccount} <span className="cell-faint">{line.accountName}</span>
              </td>
              <td dir="auto">{line.description}</td>
              <td className="number">
                <Amount amount={line.amount} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Elsewhere({ records }: { records: readonly RecordListItem[] }): ReactNode {
  if (records.length === 0) return null;
  return (
    <section>
      <h3>{t.runs.elsewhere}</h3>
      <ul className="record__elsewhere">
        {records.map((record) => (
          <li key={`${record.runId} ${record.nodeId}`}>
            <a href={hrefOf(`/runs/${record.runId}`)}>
              <RelativeTime at={record.at} />
            </a>
            <StatusTag status={record.status} />
            <span className="cell-faint">{record.target?.number}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Fetched({ detail }: { detail: Detail }): ReactNode {
  const { voucher, source, timeline, elsewhere } = detail;
  return (
    <>
      <Timeline entries={timeline} />
      {voucher === undefined ? null : <Lines voucher={voucher} />}
      <Elsewhere records={elsewhere} />
      {source === undefined ? null : (
        <details>
          <summary>{t.runs.source}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long text is scrolled by keyboard */}
          <pre className="record__body" tabIndex={0}>
            {JSON.stringify(source, null, 2)}
          </pre>
        </details>
      )}
    </>
  );
}

/** The record, beside the list. */
export function RecordDetail({ record, onClose }: { record: RecordListItem; onClose: () => void }): ReactNode {
  const { detail, reload } = useDetail(record.runId, record.key);
  const reason = reasonOf(record);
  return (
    <aside className="record" aria-label={t.runs.detail(nameOf(record))}>
      <header className="record__head">
        <h2 dir="auto">{nameOf(record)}</h2>
        <StatusTag status={record.status} />
        <span className="screen__spring" />
        <ActionIcon aria-label={t.runs.closeDetail} onClick={onClose}>
          <IconX size={15} aria-hidden="true" />
        </ActionIcon>
      </header>
      {reason === '' ? null : (
        <div className={`record__why record__why--${record.error === undefined ? 'plain' : 'warn'}`}>
          <p>{reason}</p>
          {record.error === undefined ? null : (
            <p>
              <strong>{t.runs.todo}:</strong> {record.error.hint}
            </p>
          )}
        </div>
      )}
      <Facts record={record} />
      {detail.state === 'failed' ? (
        <Failed title={t.runs.detailFailed} error={detail.error} onRetry={reload} />
      ) : detail.state === 'ready' ? (
        <Fetched detail={detail.value} />
      ) : (
        <Waiting text={t.runs.detailLoading} />
      )}
    </aside>
  );
}
