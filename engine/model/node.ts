/** The serialisable part of a node kind: what palette, ports and inspector are drawn from. Kinds themselves live in `engine/nodes`. */
import type { Value } from './record.ts';

/**
 * What a form field holds. `resource` is a name beside a `slot` field, else `{slot, resource}`; `names` a list of texts; `keys` a
 * formula for each key column of the table; `labels` a text for each input; `options` what the resource declares; `fields` pairs of
 * target field and cell; `list` entries of their own form; `integer` a JSON number; `amount` a decimal text.
 */
export type NodeFieldKind =
  | 'text'
  | 'formula'
  | 'boolean'
  | 'choice'
  | 'slot'
  | 'resource'
  | 'table'
  | 'field'
  | 'list'
  | 'fields'
  | 'names'
  | 'keys'
  | 'labels'
  | 'options'
  | 'integer'
  | 'amount';

/** A form field of a node's Setup tab, drawn by the inspector and checked by the planner. */
export interface NodeField {
  name: string;
  label: string;
  kind: NodeFieldKind;
  required?: boolean;
  help: string;
  default?: Value;
  choices?: readonly { value: string; label: string }[];
  /** For `list`: the fields of each entry. */
  of?: readonly NodeField[];
  when?: { field: string; is: readonly string[] };
  /** For `boolean`: a yes-or-no parameter of the flow may decide instead, written as `=name`. */
  bindable?: boolean;
}

/** A port of a node. */
export interface NodePort {
  id: string;
  label: string;
  /** Error and held outputs are drawn below, dashed; they need no wire: unwired records settle. */
  exception?: boolean;
  /** An input that is read in full before the others begin. Records that only come here are reference data: they are looked up, not settled. */
  reference?: boolean;
  /** An input that may stay unwired while another one is. */
  optional?: boolean;
}

/** The serialisable part of a node kind: palette, ports and form. */
export interface NodeDeclaration {
  kind: string;
  title: string;
  summary: string;
  icon: string;
  category: 'connect' | 'shape' | 'decide' | 'combine' | 'note';
  inputs: readonly NodePort[];
  outputs: readonly NodePort[];
  fields: readonly NodeField[];
  /** Keeps records until its input ends; the designer says so. */
  collects?: boolean;
}
