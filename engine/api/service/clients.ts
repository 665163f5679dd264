/** How this host connects: secrets from the vault, real time, the machine's chance. */
import type { Connector } from '../../model/connector.ts';
import { secretsOf, type Vault } from '../../model/vault.ts';
import { sleepFor } from '../../run/deliver.ts';
import type { ClientHost } from '../../run/execute-clients.ts';

/**
 * The parts that connecting needs.
 * @param typed secrets as typed and not kept yet; they win over the vault's.
 */
export function clientHost(
  host: { connectors: readonly Connector[]; vault: Vault },
  typed: Readonly<Record<string, string>> = {},
): ClientHost {
  return {
    connectors: host.connectors,
    secretsOf: async (connectionId) => ({ ...(await secretsOf(host.vault, connectionId)), ...typed }),
    saveSecret: (connectionId, name, value) => host.vault.set(connectionId, name, value),
    now: Date.now,
    sleep: sleepFor,
    random: Math.random,
  };
}
