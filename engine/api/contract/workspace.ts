/** Templates, settings, search and the host itself. */
import { z } from 'zod';
import type { AppErrorData } from '../../model/error.ts';
import type { RunSummary } from '../../model/run.ts';
import type { Template } from '../../model/template.ts';
import type { VaultProtection } from '../../model/vault.ts';
import { type FileAnswer, fileBytes, fileText, id, nameText, output, procedure, shortText, stream } from './base.ts';

/** A template as the gallery shows it. */
export interface TemplateView {
  id: string;
  name: string;
  summary: string;
  description: string;
  version: string;
  slots: { slot: string; connector: string; label?: string }[];
  parameters: Template['flow']['parameters'];
  tables: { id: string; name: string; rows: number; exists: boolean }[];
  /** It came with Costwire, or was imported into this workspace. */
  from: 'costwire' | 'workspace';
}

/** What a used template made. */
export interface TemplateUse {
  flowId: string;
  tableIds: string[];
}

/** An export, to be looked at before it is kept. */
export interface TemplateExport extends FileAnswer {
  template: Template;
}

/** `template.*` */
export const templateContract = {
  list: procedure.output(output<TemplateView[]>()),
  get: procedure.input(z.object({ id })).output(output<Template>()),
  /** Makes flow and missing tables, and binds the slots that are given. */
  use: procedure
    .input(
      z.object({
        id,
        name: nameText.optional(),
        slots: z.record(z.string(), z.string()).default({}),
        parameters: z.record(z.string(), z.union([z.string(), z.boolean(), z.null()])).default({}),
      }),
    )
    .output(output<TemplateUse>()),
  /** @throws template.secretFound where the flow or a row holds something that looks like a secret */
  export: procedure
    .input(z.object({ flowId: id, name: nameText, summary: shortText.default(''), rows: z.boolean().default(false) }))
    .output(output<TemplateExport>()),
  import: procedure.input(z.object({ text: fileText })).output(output<TemplateView>()),
};

/** Settings of the workspace. `panels` is the renderer's own memory of sizes, columns and open tabs. */
export interface SettingsView {
  appearance: 'system' | 'light' | 'dark' | 'contrast';
  negativeAmounts: 'minus' | 'brackets';
  singleKeyShortcuts: boolean;
  /** Own shortcuts by command id. */
  shortcuts: Record<string, string>;
  panels: Record<string, z.core.util.JSONType>;
}

/** `settings.*` */
export const settingsContract = {
  get: procedure.output(output<SettingsView>()),
  set: procedure
    .input(
      z
        .object({
          appearance: z.enum(['system', 'light', 'dark', 'contrast']),
          negativeAmounts: z.enum(['minus', 'brackets']),
          singleKeyShortcuts: z.boolean(),
          shortcuts: z.record(z.string(), z.string()),
          panels: z.record(z.string(), z.json()),
        })
        .partial(),
    )
    .output(output<SettingsView>()),
};

/** The practice company: simulators on this machine that behave like the real systems. */
export interface PracticeState {
  state: 'off' | 'starting' | 'running' | 'failed';
  systems: { connector: string; connectionId: string; address: string }[];
  error?: AppErrorData;
}

/** What the renderer must know of its host. */
export interface HostInfo {
  version: string;
  host: 'desktop' | 'headless';
  platform: string;
  user: string;
  workspace: { folder: string; name: string; readOnly: boolean };
  practice: PracticeState;
  /** `lock` is there where the user has to type a passphrase before secrets can be used. */
  vault: VaultProtection & { lock?: 'open' | 'locked' | 'new' };
  /** The host has file dialogs of its own; without them the window uses the browser's. */
  hasFileDialogs: boolean;
}

/** What kinds of files a dialog offers. */
export const fileKinds = ['flows', 'templates', 'tables'] as const;
export type FileKind = (typeof fileKinds)[number];

/** A file that the user chose in a dialog of the host: its content as base64, or why it was not read. */
export type ChosenFile = { fileName: string; content: string } | { fileName: string; error: AppErrorData };

/** What the host tells every window. */
export type HostEvent =
  | { type: 'practice'; practice: PracticeState }
  | { type: 'runStarted' | 'runFinished'; run: RunSummary }
  /** Documents of a run that was cut off are looked up; this is what is waited for. */
  | { type: 'recovering'; system: string; detail: string; waitMs: number }
  /** What became of runs that were cut off and of the documents they had sent. */
  | {
      type: 'recovered';
      runs: number;
      found: number;
      absent: number;
      held: number;
      open: number;
      /** Why connections could not be asked. */
      refusals: AppErrorData[];
    }
  | { type: 'connectionsChanged' | 'tablesChanged' | 'settingsChanged' | 'vaultChanged' }
  /** A command was chosen in the native menu. */
  | { type: 'command'; command: string }
  /** A flow or template file was opened from the desktop. */
  | { type: 'openFile'; fileName: string; text: string }
  /** A `costwire://` link was followed; a path inside the app such as `/flows/f_1`. */
  | { type: 'openLink'; path: string };

/** A command for the native menu; the renderer's registry is the one list, the host only draws it. */
export const menuCommandSchema = z.object({
  id: z.string().min(1).max(100),
  title: z.string().min(1).max(100),
  menu: z.enum(['file', 'edit', 'view', 'flow', 'run', 'help']),
  /** As the registry writes it, such as `Ctrl+K` or `F9`; Ctrl means Cmd on macOS. */
  shortcut: z.string().max(40).optional(),
  enabled: z.boolean().default(true),
});
export type MenuCommand = z.infer<typeof menuCommandSchema>;

/** A hit of the search over everything. */
export interface SearchHit {
  kind: 'flow' | 'node' | 'table' | 'code' | 'connection' | 'record' | 'run';
  title: string;
  detail: string;
  flowId?: string;
  nodeId?: string;
  tableId?: string;
  connectionId?: string;
  runId?: string;
  recordKey?: string;
}

/** `host.*` */
export const hostContract = {
  info: procedure.output(output<HostInfo>()),
  events: procedure.output(stream<HostEvent>()),
  /** Draws the native menu; answers false where the host has none. */
  menu: procedure
    .input(z.object({ commands: z.array(menuCommandSchema).max(300) }))
    .output(output<{ drawn: boolean }>()),
  /** Opens the vault by its passphrase, or chooses the passphrase of a new one. @throws AppError vault.locked */
  unlockVault: procedure.input(z.object({ passphrase: z.string().min(1).max(1000) })).output(output<void>()),
  /** Asks the user for files in a dialog of the host; nothing chosen → none. @throws AppError host.noDialogs */
  chooseFiles: procedure
    .input(z.object({ kind: z.enum(fileKinds), several: z.boolean().default(true) }))
    .output(output<ChosenFile[]>()),
  /** Asks where a file shall go and writes it; null where the user gave up. @throws AppError host.noDialogs */
  keepFile: procedure
    .input(z.object({ kind: z.enum(fileKinds), fileName: nameText, content: fileBytes }))
    .output(output<{ keptAs: string | null }>()),
  /** Keeps an unexpected fault of the renderer in the log file. */
  report: procedure
    .input(z.object({ message: z.string().max(2000), stack: z.string().max(20_000).optional() }))
    .output(output<void>()),
};

/** `search` */
export const searchContract = procedure
  .input(z.object({ text: shortText, limit: z.number().int().min(1).max(100).default(30) }))
  .output(output<SearchHit[]>());
