/** What a switched-off node does: records pass it unchanged; one that posts lets them end as skipped. */
import type { NodeKind } from '../nodes/node.ts';

/** A kind in its switched-off form. */
export function disabledKind(kind: NodeKind): NodeKind {
  return {
    ...kind,
    check(_node, inputs) {
      const item = inputs.in ?? Object.values(inputs).find((schema) => schema !== undefined) ?? { fields: [] };
      return { outputs: Object.fromEntries(kind.outputs.map((port) => [port.id, item])), problems: [] };
    },
    compile(node) {
      const note = `“${node.label ?? node.id}” is switched off.`;
      const reference = new Set(kind.inputs.filter((port) => port.reference === true).map((port) => port.id));
      return {
        push(batch, port) {
          if (reference.has(port)) return { out: {} };
          if (kind.outputs.some((output) => output.id === 'out')) return { out: { out: [...batch] } };
          return { out: {}, settled: batch.map((record) => ({ record, status: 'skipped', note })) };
        },
      };
    },
  };
}
