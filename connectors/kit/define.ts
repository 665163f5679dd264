/** Builders that keep a connector's client type through its resources. */
import type { Connector, Resource } from '../../engine/model/connector.ts';

/**
 * Declares a connector.
 * @example export const acme = defineConnector<AcmeClient>({ id: 'acme', resources: [bills], … });
 */
export const defineConnector = <Client>(connector: Connector<Client>): Connector<Client> => connector;

/** Declares a resource. One that creates must be able to find: the type refuses it otherwise. */
export const defineResource = <Client>(resource: Resource<Client>): Resource<Client> => resource;

/**
 * A connector as the list of connectors holds it, its client type forgotten. Safe because the client that reaches an operation
 * is always the one that the same connector's `connect` made.
 */
export const listed = <Client>(connector: Connector<Client>): Connector => connector as unknown as Connector;
