/** Connections: the list on the left with how each stands, the chosen one on the right. */
import { Button } from '@mantine/core';
import { IconPlugConnected, IconPlus } from '@tabler/icons-react';
import { type ReactNode, useEffect } from 'react';
import type { ConnectionView } from '../../engine/api/contract.ts';
import { Empty, EnvironmentTag, Failed, Waiting } from '../app/parts.tsx';
import { hrefOf, navigate } from '../app/router.ts';
import { valueIn } from '../state/slice.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { ConnectionDetail } from './ConnectionDetail.tsx';
import './connections.css';

/** How a connection stands, in words and colour. */
function Standing({ connection }: { connection: ConnectionView }): ReactNode {
  const checks = connection.lastPing?.checks;
  if (checks === undefined) return <span className="standing">{t.connections.stateUnknown}</span>;
  const failed = checks.filter(({ status }) => status === 'failed').length;
  const warned = checks.filter(({ status }) => status === 'warning').length;
  if (failed > 0) return <span className="standing standing--bad">{t.connections.stateBad(failed)}</span>;
  if (warned > 0) return <span className="standing standing--warn">{t.connections.stateWarn(warned)}</span>;
  return <span className="standing standing--good">{t.connections.stateGood}</span>;
}

function List({
  connections,
  chosen,
}: {
  connections: readonly ConnectionView[];
  chosen: string | undefined;
}): ReactNode {
  const connectors = useApp((state) => state.connectors);
  return (
    <nav className="connection-list" aria-label={t.connections.list}>
      {connections.map((connection) => (
        <a
          key={connection.id}
          className="connection-list__item"
          href={hrefOf(`/connections/${connection.id}`)}
          aria-current={connection.id === chosen ? 'page' : undefined}
        >
          <span className="connection-list__name">{connection.name}</span>
          <span className="connection-list__more">
            {connectors.get(connection.connector)?.title ?? connection.connector}
            <EnvironmentTag environment={connection.environment} />
          </span>
          <Standing connection={connection} />
        </a>
      ))}
      <Button
        variant="default"
        fullWidth
        leftSection={<IconPlus size={14} />}
        onClick={() => navigate('/connections/new')}
      >
        {t.connections.create}
      </Button>
    </nav>
  );
}

/** Which system shall the new connection be for? */
function ChooseSystem(): ReactNode {
  const connectors = useApp((state) => state.connectors);
  return (
    <div className="choose-system">
      <h1 className="screen__title">{t.connections.createTitle}</h1>
      <p className="choose-system__text">{t.connections.createText}</p>
      <div className="cards">
        {[...connectors.values()].map((connector) => (
          <a key={connector.id} className="card choose-system__card" href={hrefOf(`/connections/new/${connector.id}`)}>
            <h2 className="card__title">{connector.title}</h2>
            <p className="card__text">{connector.description}</p>
          </a>
        ))}
      </div>
    </div>
  );
}

function Chosen({
  connections,
  parts,
}: {
  connections: readonly ConnectionView[];
  parts: readonly string[];
}): ReactNode {
  const connectors = useApp((state) => state.connectors);
  const [id, system] = parts;
  if (id === 'new') {
    const connector = connectors.get(system ?? '');
    if (connector === undefined) return <ChooseSystem />;
    return <ConnectionDetail key={`new ${connector.id}`} connector={connector} connection={undefined} />;
  }
  const connection =
    id === undefined || id === '' ? connections[0] : connections.find((candidate) => candidate.id === id);
  const connector = connectors.get(connection?.connector ?? '');
  if (connection !== undefined && connector !== undefined) {
    return <ConnectionDetail key={connection.id} connector={connector} connection={connection} />;
  }
  return (
    <Empty
      icon={<IconPlugConnected size={28} stroke={1.5} aria-hidden="true" />}
      title={connections.length === 0 ? t.lists.connectionsEmpty : t.screens.connections}
      text={connections.length === 0 ? t.connections.createText : t.connections.notFound}
      actions={
        connections.length === 0 ? (
          <Button onClick={() => navigate('/connections/new')}>{t.connections.create}</Button>
        ) : undefined
      }
    />
  );
}

/** The screen. `parts` is what follows `/connections` in the address. */
export function ConnectionsScreen({ parts }: { parts: readonly string[] }): ReactNode {
  const { store } = useAppContext();
  const loadable = useApp((state) => state.connections);
  useEffect(() => void store.getState().loadConnections(), [store]);
  const connections = valueIn(loadable);
  if (connections === undefined) {
    if (loadable.state !== 'failed') return <Waiting text={t.lists.loading} />;
    const retry = (): void => void store.getState().loadConnections();
    return <Failed title={t.lists.failed} error={loadable.error} onRetry={retry} />;
  }
  return (
    <div className="connections">
      <List connections={connections} chosen={parts[0] ?? connections[0]?.id} />
      <section className="connections__main">
        <Chosen connections={connections} parts={parts} />
      </section>
    </div>
  );
}
