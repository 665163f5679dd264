/** The built-in node kinds: one line each. Palette, planner and engine take them from here. */
import type { NodeDeclaration } from '../model/node.ts';
import { branch } from './branch.ts';
import { check } from './check.ts';
import { dedupe } from './dedupe.ts';
import { filter } from './filter.ts';
import { group } from './group.ts';
import { join } from './join.ts';
import { map } from './map.ts';
import { mapCodes } from './map-codes.ts';
import type { NodeKind } from './node.ts';
import { note } from './note.ts';
import { propose } from './propose.ts';
import { read } from './read.ts';
import { reconcile } from './reconcile.ts';
import { split } from './split.ts';
import { stop } from './stop.ts';
import { union } from './union.ts';
import { write } from './write.ts';

/** All kinds, in the order of the palette. */
export const nodeKinds: readonly NodeKind[] = [
  read,
  write,
  mapCodes,
  map,
  split,
  group,
  filter,
  branch,
  check,
  dedupe,
  join,
  union,
  reconcile,
  propose,
  stop,
  note,
];

/** The serialisable part of every kind. */
export const nodeDeclarations: readonly NodeDeclaration[] = nodeKinds.map(
  ({ kind, title, summary, icon, category, inputs, outputs, fields, collects }) => ({
    kind,
    title,
    summary,
    icon,
    category,
    inputs,
    outputs,
    fields,
    ...(collects === undefined ? {} : { collects }),
  }),
);
