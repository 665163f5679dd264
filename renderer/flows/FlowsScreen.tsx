/** The flows of the workspace: what ran, what needs a person, and the actions on their files. */
import { Button, Modal, TextInput } from '@mantine/core';
import { IconFileImport, IconPlus, IconRoute } from '@tabler/icons-react';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import type { FlowListItem } from '../../engine/api/contract.ts';
import { importFlows } from '../app/files.ts';
import { Empty, Failed, WaitingList } from '../app/parts.tsx';
import { navigate } from '../app/router.ts';
import { SearchBox } from '../app/SearchBox.tsx';
import { Grid } from '../grid/Grid.tsx';
import { valueIn } from '../state/slice.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { FirstSteps } from './FirstSteps.tsx';
import { flowColumns } from './flow-columns.tsx';
import { NeedsYou } from './NeedsYou.tsx';

/** What a dialog asks for. */
type Asking = { what: 'create' } | { what: 'rename' | 'duplicate' | 'remove'; flow: FlowListItem };

function NameDialog({ asking, onClose }: { asking: Asking; onClose: () => void }): ReactNode {
  const { store } = useAppContext();
  const first =
    asking.what === 'create' ? '' : asking.what === 'duplicate' ? t.flows.copyOf(asking.flow.name) : asking.flow.name;
  const [name, setName] = useState(first);
  const submit = async (): Promise<void> => {
    const { createFlow, duplicateFlow, renameFlowFile } = store.getState();
    onClose();
    if (asking.what === 'rename') await renameFlowFile(asking.flow.id, name);
    else {
      const id = asking.what === 'create' ? await createFlow(name) : await duplicateFlow(asking.flow.id, name);
      if (id !== undefined && asking.what === 'create') navigate(`/flows/${id}`);
    }
  };
  const title =
    asking.what === 'create' ? t.flows.createTitle : asking.what === 'rename' ? t.flows.rename : t.flows.duplicate;
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t.designer.close }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') void submit();
        }}
      >
        <TextInput
          label={t.flows.name}
          value={name}
          maxLength={200}
          dir="auto"
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {t.flows.cancel}
          </Button>
          <Button type="submit" disabled={name.trim() === ''}>
            {title}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function RemoveDialog({ flow, onClose }: { flow: FlowListItem; onClose: () => void }): ReactNode {
  const { store } = useAppContext();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t.flows.removeTitle(flow.name)}
      closeButtonProps={{ 'aria-label': t.designer.close }}
    >
      <p>{t.flows.removeText}</p>
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t.flows.cancel}
        </Button>
        <Button
          color="red"
          onClick={() => {
            onClose();
            void store.getState().deleteFlow(flow.id, flow.name);
          }}
        >
          {t.flows.remove}
        </Button>
      </div>
    </Modal>
  );
}

function FlowTable({ flows, onAsk }: { flows: readonly FlowListItem[]; onAsk: (asking: Asking) => void }): ReactNode {
  const connectors = useApp((state) => state.connectors);
  const columns = useMemo(() => flowColumns(connectors, onAsk), [connectors, onAsk]);
  return (
    <Grid
      id="flows"
      label={t.flows.title}
      rowHeight={44}
      rows={flows}
      columns={columns}
      idOf={(flow) => flow.id}
      onOpen={(flow) => navigate(`/flows/${flow.id}`)}
      onRowKey={(event, flow) => {
        if (event.key === 'F2') onAsk({ what: 'rename', flow });
        if (event.key === 'Delete') onAsk({ what: 'remove', flow });
      }}
    />
  );
}

function Body({ onAsk }: { onAsk: (asking: Asking) => void }): ReactNode {
  const { store } = useAppContext();
  const flows = useApp((state) => state.flows);
  const list = valueIn(flows);
  if (list === undefined) {
    if (flows.state === 'failed')
      return <Failed title={t.lists.failed} error={flows.error} onRetry={() => void store.getState().loadFlows()} />;
    return <WaitingList text={t.lists.loading} />;
  }
  if (list.flows.length === 0 && list.broken.length === 0)
    return (
      <>
        <FirstSteps flows={list.flows} />
        <Empty
          icon={<IconRoute size={36} stroke={1.3} color="var(--accent)" aria-hidden="true" />}
          title={t.flows.emptyTitle}
          text={t.flows.emptyText}
          actions={
            <>
              <Button onClick={() => navigate('/templates')}>{t.flows.createFirst}</Button>
              <Button variant="default" onClick={() => onAsk({ what: 'create' })}>
                {t.flows.create}
              </Button>
            </>
          }
        />
      </>
    );
  return (
    <>
      <FirstSteps flows={list.flows} />
      <NeedsYou flows={list.flows} />
      {list.broken.length === 0 ? null : (
        <details className="needs__card needs__card--bad" open>
          <summary className="needs__what">{t.flows.broken(list.broken.length)}</summary>
          {list.broken.map((file) => (
            <p key={file.fileName} className="needs__more">
              {file.fileName}: {file.error.message} {file.error.hint}
            </p>
          ))}
        </details>
      )}
      <FlowTable flows={list.flows} onAsk={onAsk} />
    </>
  );
}

/** The screen. */
export function FlowsScreen(): ReactNode {
  const { store, client } = useAppContext();
  const count = useApp((state) => valueIn(state.flows)?.flows.length);
  const readOnly = useApp((state) => state.host?.workspace.readOnly === true);
  const [asking, setAsking] = useState<Asking>();
  useEffect(() => {
    void store.getState().loadFlows();
    void store.getState().loadConnections();
  }, [store]);
  const close = (): void => setAsking(undefined);
  return (
    <div className="screen">
      <header className="screen__head">
        <h1 className="screen__title">{t.flows.title}</h1>
        {count === undefined ? null : <span className="screen__count">{t.flows.count(count)}</span>}
        <span className="screen__spring" />
        <SearchBox />
        <Button
          variant="default"
          disabled={readOnly}
          leftSection={<IconFileImport size={15} />}
          onClick={() => void importFlows({ store, client })}
        >
          {t.flows.import}
        </Button>
        <Button disabled={readOnly} leftSection={<IconPlus size={15} />} onClick={() => setAsking({ what: 'create' })}>
          {t.flows.create}
        </Button>
      </header>
      <div className="screen__body">
        <Body onAsk={setAsking} />
      </div>
      {asking === undefined ? null : asking.what === 'remove' ? (
        <RemoveDialog flow={asking.flow} onClose={close} />
      ) : (
        <NameDialog asking={asking} onClose={close} />
      )}
    </div>
  );
}
