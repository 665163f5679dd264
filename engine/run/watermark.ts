/** Under which name a source's watermarks are kept: whatever may want records that were passed over starts from the beginning. */
import type { FlowDocument, FlowNode } from '../model/flow.ts';
import type { Value } from '../model/record.ts';
import { contentHash } from '../store/canonical.ts';

/**
 * The name that watermarks of a read node are kept under, such as `read@1f3a…`. Records that the old logic passed over may be
 * wanted by a changed one, so a change of nodes or wires gives another name, and so does another value of a parameter that decides
 * which records are wanted, such as a cutoff date; labels, notes, layout and parameters that only shape what is posted do not.
 * @param values of parameters; the defaults stand in
 */
export function watermarkNode(
  { nodes, wires, parameters }: FlowDocument,
  nodeId: string,
  values: Readonly<Record<string, Value>> = {},
): string {
  const deciding = nodes.filter(decides).flatMap(({ config }) => texts(config));
  const wanted = Object.entries(parameters)
    .filter(([name]) => {
      const word = new RegExp(`(?<![\\p{L}\\p{N}_])${RegExp.escape(name)}(?![\\p{L}\\p{N}_])`, 'iu');
      return deciding.some((text) => word.test(text));
    })
    .map(([name, parameter]): [string, Value] => [name, values[name] ?? parameter.default ?? null]);
  const logic = contentHash({
    nodes: nodes.map(({ id, kind, config, disabled }) => ({ id, kind, config, disabled })),
    wires,
    ...(wanted.length === 0 ? {} : { parameters: Object.fromEntries(wanted) }),
  });
  return `${nodeId}@${logic.slice(0, 12)}`;
}

/** What these do to a record is posted or held, which keeps the watermark before it; any other node may pass a record over. */
const shaping: readonly string[] = ['write', 'check', 'note'];

/** Whether a node has a say in which records are wanted; one that makes the document to post has none. */
const decides = ({ kind, config }: FlowNode): boolean =>
  !shaping.includes(kind) && !(kind === 'map' && config.to !== undefined);

/** All texts of a node's settings, formulas among them. */
function texts(setting: unknown): string[] {
  if (typeof setting === 'string') return [setting];
  return typeof setting === 'object' && setting !== null ? Object.values(setting).flatMap(texts) : [];
}
