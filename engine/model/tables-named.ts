/** Which mapping tables a flow uses: in a node's setup, or in a formula. Pure. */
import type { FlowNode } from './flow.ts';

const inFormula = /\b(?:MAPCODE|HASCODE)\s*\(\s*"((?:[^"]|"")+)"/gi;

/** Ids of the tables that nodes name, each once, in order of appearance. */
export function tablesNamed(nodes: readonly Pick<FlowNode, 'config'>[]): string[] {
  const found = new Set<string>();
  const look = (value: FlowNode['config'][string]): void => {
    if (typeof value === 'string') {
      if (value.startsWith('='))
        for (const [, id = ''] of value.matchAll(inFormula)) found.add(id.replaceAll('""', '"'));
    } else if (value !== null && typeof value === 'object') for (const part of Object.values(value)) look(part);
  };
  for (const { config } of nodes) {
    if (typeof config.table === 'string' && config.table !== '') found.add(config.table);
    look(config);
  }
  return [...found];
}
