/** The connectors Costwire knows: one line each. Hosts hand this list to the engine. */
import type { Connector } from '../engine/model/connector.ts';
import { acumatica } from './acumatica/index.ts';
import { files } from './files/index.ts';
import { listed } from './kit/define.ts';
import { procore } from './procore/index.ts';

/** All connectors, by id. The client type is the connector's own business. */
export const connectors: readonly Connector[] = [listed(procore), listed(acumatica), listed(files)];
