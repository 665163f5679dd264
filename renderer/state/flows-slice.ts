/** The list of flows and what can be done with their files. */
import type { BrokenFlow, FlowListItem } from '../../engine/api/contract.ts';
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
}

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
      importFlow: async (text) => {
        if (!isTemplate(text)) return act(t.doing.readingFlowFile, () => client.flow.import({ text }));
        try {
          const { name } = await client.template.import({ text });
          get().notify({ tone: 'good', title: t.flows.templateAdded(name) });
        } catch (thrown) {
          get().complain(errorOf(thrown, t.doing.readingTemplateFile));
        }
        return undefined;
      },
    };
  };
