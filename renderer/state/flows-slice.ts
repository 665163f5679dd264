/** The list of flows and what can be done with their files. */
import type { BrokenFlow, CostwireClient, FlowListItem } from '../../engine/api/contract.ts';
import type { AppErrorData } from '../../engine/model/error.ts';
import type { FlowDocument } from '../../engine/model/flow.ts';
import { t } from '../strings/index.ts';
import { errorOf, failed, type Loadable, reloading, type SliceOf } from './slice.ts';

/** The list as fetched. */
export interface FlowList {
  flows: readonly FlowListItem[];
  broken: readonly BrokenFlow[];
}

/** State and actions of the flows list. Actions answer with the flow's id, or undefined after saying why not. */
export interface FlowsSlice {
  flows: Loadable<FlowList>;
  loadFlows(): Promise<void>;
  createFlow(name: string, document?: FlowDocument): Promise<string | undefined>;
  duplicateFlow(id: string, name: string): Promise<string | undefined>;
  renameFlowFile(id: string, name: string): Promise<string | undefined>;
  /** Moves a flow to the trash and offers to take it back. */
  deleteFlow(id: string, name: string): Promise<void>;
  importFlow(text: string): Promise<string | undefined>;
  /** Takes files in. One is told in a notice, several in a report that names each. @returns the only flow's id. */
  importFiles(files: readonly ImportFile[]): Promise<string | undefined>;
  /** What happened to each of several files; undefined once it was read. */
  importReport: readonly ImportOutcome[] | undefined;
  closeImportReport(): void;
}

/** A file to be taken in: its text, or why it could not be read. */
export type ImportFile = { fileName: string; text: string } | { fileName: string; error: AppErrorData };

/** What became of a file. */
export type ImportOutcome =
  | { fileName: string; became: 'flow'; name: string; flowId: string }
  | { fileName: string; became: 'template'; name: string }
  | { fileName: string; became: 'refused'; error: AppErrorData };

/** Whether a dropped file calls itself a template; anything else is judged as a flow. */
const isTemplate = (text: string): boolean => /"format"\s*:\s*"costwire\/template"/.test(text.slice(0, 500));

/** Makes the flows slice. */
export const flowsSlice: SliceOf<FlowsSlice> =
  ({ client }) =>
  (set, get) => {
    const act = async (doing: string, call: () => Promise<{ document: FlowDocument }>): Promise<string | undefined> => {
      try {
        const { document } = await call();
        await get().loadFlows();
        return document.id;
      } catch (thrown) {
        get().complain(errorOf(thrown, doing));
        return undefined;
      }
    };
    return {
      flows: { state: 'idle' },
      loadFlows: async () => {
        set({ flows: reloading(get().flows) });
        try {
          set({ flows: { state: 'ready', value: await client.flow.list() } });
        } catch (thrown) {
          set({ flows: failed(get().flows, errorOf(thrown, t.doing.listingFlows)) });
        }
      },
      createFlow: (name, document) =>
        act(t.doing.makingFlow, () => client.flow.create(document === undefined ? { name } : { name, document })),
      duplicateFlow: (id, name) => act(t.doing.copyingFlow, () => client.flow.duplicate({ id, name })),
      renameFlowFile: (id, name) => act(t.doing.renamingFlow, () => client.flow.rename({ id, name })),
      deleteFlow: async (id, name) => {
        try {
          const { trashName } = await client.flow.remove({ id });
          await get().loadFlows();
          const restore = (): void => void act(t.doing.takingFlowBack, () => client.flow.restore({ trashName }));
          get().notify({
            tone: 'info',
            title: t.flows.trashed(name),
            action: { label: t.flows.takeBack, command: restore },
          });
        } catch (thrown) {
          get().complain(errorOf(thrown, t.doing.deletingFlow));
        }
      },
      importReport: undefined,
      closeImportReport: () => set({ importReport: undefined }),
      importFlow: (text) => get().importFiles([{ fileName: '', text }]),
      importFiles: async (files) => {
        const outcomes: ImportOutcome[] = [];
        for (const file of files) outcomes.push(await takeIn(client, file));
        if (outcomes.some(({ became }) => became === 'flow')) await get().loadFlows();
        const [only] = outcomes;
        if (only === undefined) return undefined;
        if (outcomes.length > 1) {
          set({ importReport: outcomes });
          get().announce(t.imports.done(outcomes.filter(({ became }) => became !== 'refused').length, outcomes.length));
          return undefined;
        }
        if (only.became === 'refused') get().complain(only.error);
        if (only.became === 'template') get().notify({ tone: 'good', title: t.flows.templateAdded(only.name) });
        return only.became === 'flow' ? only.flowId : undefined;
      },
    };
  };

/** Takes one file in and says what became of it. */
async function takeIn(client: CostwireClient, file: ImportFile): Promise<ImportOutcome> {
  const { fileName } = file;
  if ('error' in file) return { fileName, became: 'refused', error: file.error };
  const { text } = file;
  try {
    if (isTemplate(text)) {
      const { name } = await client.template.import({ text });
      return { fileName, became: 'template', name };
    }
    const { document } = await client.flow.import({ text });
    return { fileName, became: 'flow', name: document.name, flowId: document.id };
  } catch (thrown) {
    const doing = isTemplate(text) ? t.doing.readingTemplateFile : t.doing.readingFlowFile;
    return { fileName, became: 'refused', error: errorOf(thrown, doing) };
  }
}
