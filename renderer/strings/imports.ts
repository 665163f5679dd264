/** Texts of taking files in and of handing them out. */
import { plural } from './plural.ts';

export const importStrings = {
  title: 'Imported files',
  done: (taken: number, all: number) => `${taken.toLocaleString('en-US')} of ${plural(all, 'file', 'files')} taken in`,
  flow: (name: string) => `Flow “${name}” is added`,
  template: (name: string) => `Template “${name}” is added`,
  close: 'Done',
  open: (name: string) => `Open ${name}`,
  openShort: 'Open',
  drop: 'Drop flow or template files, or a folder of them',
  tooMany: (limit: number) => `Only the first ${limit} files were looked at.`,
  nothing: 'The folder holds no flow or template files.',
  tooLarge: (fileName: string) => `“${fileName}” is larger than 20 MB.`,
  tooLargeHint: 'Flow and template files are small: choose another file.',
  kept: (fileName: string) => `Kept as “${fileName}”.`,
  commands: {
    importFlows: 'Import flow or template files …',
    exportFlow: 'Export the flow file …',
    exportTemplate: 'Export the flow as a template …',
  },
};
