/** CSV files and Excel workbooks of a folder as sources and targets. */
import { defineConnector } from '../kit/define.ts';
import { connectFolder, type FilesClient } from './client.ts';
import { pingFolder } from './ping.ts';
import { discoverFiles } from './resources.ts';

const auto = { value: 'auto', label: 'As each file shows' };

/** The connector. Its resources are the files of the folder, so that all of them are discovered. */
export const files = defineConnector<FilesClient>({
  id: 'files',
  title: 'Files (CSV, Excel)',
  vendor: 'Costwire',
  description: 'Reads and writes CSV files and Excel workbooks of one folder.',
  role: 'both',
  credentials: [
    {
      name: 'folder',
      label: 'Folder',
      kind: 'text',
      required: true,
      help: 'Only files directly in this folder are read or written.',
      placeholder: '/home/ana/exports',
    },
    {
      name: 'delimiter',
      label: 'Columns are separated by',
      kind: 'choice',
      required: false,
      default: 'auto',
      help: 'Set it where a file could be read in two ways.',
      choices: [
        auto,
        { value: ',', label: 'Comma' },
        { value: ';', label: 'Semicolon' },
        { value: 'tab', label: 'Tab' },
        { value: '|', label: 'Vertical bar' },
      ],
    },
    {
      name: 'encoding',
      label: 'Encoding',
      kind: 'choice',
      required: false,
      default: 'auto',
      help: 'Set it where letters with accents come out wrong.',
      choices: [
        auto,
        { value: 'utf-8', label: 'UTF-8' },
        { value: 'utf-16le', label: 'UTF-16 (little endian)' },
        { value: 'utf-16be', label: 'UTF-16 (big endian), read only' },
        { value: 'windows-1252', label: 'Windows-1252, read only' },
      ],
    },
    {
      name: 'decimalSign',
      label: 'Decimal sign',
      kind: 'choice',
      required: false,
      default: 'auto',
      help: 'Set it where 1.234 could mean one thousand or one and a bit.',
      choices: [auto, { value: '.', label: '1,234.56' }, { value: ',', label: '1.234,56' }],
    },
    {
      name: 'dateOrder',
      label: 'Dates with slashes',
      kind: 'choice',
      required: false,
      default: 'auto',
      help: 'Set it where 03/04/2026 could be two days. Dates such as 2026-04-03 need no setting.',
      choices: [auto, { value: 'day-month', label: 'Day first' }, { value: 'month-day', label: 'Month first' }],
    },
  ],
  limits: [],
  assumptions: [],
  connect: connectFolder,
  ping: pingFolder,
  resources: [],
  discover: discoverFiles,
});
