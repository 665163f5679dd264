/** Options of write nodes, as resources declare them. */

/** Settings of a write: node options that the resource declares. */
export type WriteOptions = Readonly<Record<string, string | boolean>>;

/** An option of a write node that the resource reads. */
export interface WriteOptionDeclaration {
  name: string;
  label: string;
  kind: 'boolean' | 'choice';
  default: string | boolean;
  choices?: readonly { value: string; label: string }[];
  help: string;
  /** Shown in red beside the option: it has a consequence that cannot be undone. */
  warning?: string;
}
