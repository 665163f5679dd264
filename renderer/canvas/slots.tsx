/**
 * What stands in the inspector and in the dock. Other rooms add a line here; the designer draws whatever is listed and knows
 * nothing of their contents.
 */
import type { ComponentType } from 'react';
import { DataPanel } from '../dock/DataPanel.tsx';
import { RecordsPanel } from '../dock/RecordsPanel.tsx';
import { SheetPanel } from '../dock/SheetPanel.tsx';
import { NotesPanel } from '../inspector/NotesPanel.tsx';
import { RunsPanel } from '../inspector/RunsPanel.tsx';
import { SetupPanel } from '../inspector/SetupPanel.tsx';
import { TestPanel } from '../inspector/TestPanel.tsx';
import type { DockTab, InspectorTab } from '../state/view-slice.ts';
import { t } from '../strings/index.ts';
import { ProblemsPanel } from './ProblemsPanel.tsx';

/** A tab of the inspector; it is shown for exactly one chosen node. */
export interface InspectorSlot {
  id: InspectorTab;
  title: string;
  Content: ComponentType<{ nodeId: string }>;
}

/** A tab of the dock. */
export interface DockSlot {
  id: DockTab;
  title: string;
  Content: ComponentType;
}

/** Tabs of the inspector, in order. */
export const inspectorSlots: readonly InspectorSlot[] = [
  { id: 'setup', title: t.inspector.setup, Content: SetupPanel },
  { id: 'test', title: t.inspector.test, Content: TestPanel },
  { id: 'runs', title: t.inspector.runs, Content: RunsPanel },
  { id: 'notes', title: t.inspector.notes, Content: NotesPanel },
];
/** Tabs of the dock, in order. */
export const dockSlots: readonly DockSlot[] = [
  { id: 'data', title: t.designer.dock.data, Content: DataPanel },
  { id: 'problems', title: t.designer.dock.problems, Content: ProblemsPanel },
  { id: 'sheet', title: t.designer.dock.sheet, Content: SheetPanel },
  { id: 'log', title: t.designer.dock.log, Content: RecordsPanel },
];
