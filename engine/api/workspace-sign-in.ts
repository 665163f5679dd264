/** Browser sign-in of a connection as a sequence of steps, for the service and the command line alike. */
import { type Connection, isShown } from '../model/connection.ts';
import type { Connector } from '../model/connector.ts';
import { AppError, toAppError } from '../model/error.ts';
import type { Vault } from '../model/vault.ts';
import { connectContext } from '../run/execute-clients.ts';
import type { Workspace } from '../store/workspace.ts';
import { byText } from '../store/workspace-files.ts';
import type { SignInStep } from './contract.ts';
import { clientHost } from './service/clients.ts';

/** What signing in needs of a host. */
export interface SignInHost {
  connectors: readonly Connector[];
  vault: Vault;
  workspace: Workspace;
  /** Opens an address in the user's browser; absent where only her click can. */
  openAddress?: (address: string) => Promise<void>;
}

const silent = { onExchange: () => undefined, onWait: () => undefined };

/** @throws AppError connection.noSignIn, connection.unknownConnector */
function signingIn(
  { connectors }: SignInHost,
  connection: Connection,
): Required<Pick<Connector, 'signIn'>> & Connector {
  const connector = connectors.find(({ id }) => id === connection.connector);
  if (connector === undefined)
    throw new AppError('connection.unknownConnector', `This Costwire has no connector “${connection.connector}”.`);
  const { signIn } = connector;
  const obtains = connector.credentials.some(
    (field) => field.obtained === 'sign-in' && isShown(field, connector.credentials, connection.fields),
  );
  if (signIn === undefined || !obtains)
    throw new AppError('connection.noSignIn', `“${connection.name}” does not sign in through the browser.`);
  return { ...connector, signIn };
}

/**
 * Signs a connection in. Never throws: a failure is the last step. The signal gives the sign-in up.
 * @param released called once the redirect address is free again, even if nobody asks for further steps.
 */
export async function* signInSteps(
  host: SignInHost,
  connection: Connection,
  signal: AbortSignal,
  released: () => void = () => undefined,
): AsyncGenerator<SignInStep> {
  const left = new AbortController();
  const address = Promise.withResolvers<SignInStep>();
  let work: Promise<void> | undefined;
  try {
    const connector = signingIn(host, connection);
    const end = AbortSignal.any([signal, left.signal]);
    const context = await connectContext(connector, connection, clientHost(host), end, silent);
    work = connector.signIn(context, async (url) => {
      await host.openAddress?.(url);
      address.resolve({ step: 'open', address: url, opened: host.openAddress !== undefined });
    });
    work.then(released, released);
    const first = await Promise.race([address.promise, work]);
    if (first !== undefined) {
      yield first;
      yield { step: 'waiting', system: connector.title };
    }
    await work;
    const secrets = (await host.vault.names(connection.id)).sort(byText);
    await host.workspace.connections.save({ ...(await host.workspace.connections.get(connection.id)), secrets });
    yield { step: 'signed-in' };
  } catch (thrown) {
    yield { step: 'failed', error: toAppError(thrown, `signing in to "${connection.name}"`).toJSON() };
  } finally {
    left.abort();
    if (work === undefined) released();
    // Nobody is told any more; what matters is that the redirect address is free.
    await work?.catch(() => undefined);
  }
}
