/** Texts of the grid. */
import { plural } from './plural.ts';

/** The texts. */
export const gridStrings = {
  find: 'Find in this list',
  bar: (list: string) => `How ${list} is shown`,
  rows: (count: number) => plural(count, 'row', 'rows'),
  rowsOf: (shown: number, count: number) => `${shown.toLocaleString('en-US')} of ${plural(count, 'row', 'rows')}`,
  arranging: 'Arranging …',
  noMatch: 'No row passes the filters.',
  showAll: 'Remove the filters',
  filter: 'Filter',
  filterOn: 'Column',
  filterBy: (title: string) => `Filter by ${title}`,
  contains: 'Contains',
  values: 'Or one of these values',
  manyValues: (shown: number) => `The first ${shown} values; type above to find others.`,
  blankValue: '(blank)',
  from: 'From',
  to: 'To',
  badNumber: 'Write a number such as 1250.50.',
  apply: 'Apply',
  removeFilter: (text: string) => `Remove the filter ${text}`,
  chip: {
    contains: (title: string, text: string) => `${title} contains “${text}”`,
    values: (title: string, values: readonly string[]) =>
      values.length > 2 ? `${title}: ${values.length} values` : `${title}: ${values.join(' or ')}`,
    range: (title: string, from: string | undefined, to: string | undefined) =>
      from === undefined
        ? `${title} up to ${to ?? ''}`
        : to === undefined
          ? `${title} from ${from}`
          : `${title} ${from} to ${to}`,
  },
  columns: 'Columns',
  showColumn: (title: string) => `Show ${title}`,
  earlier: (title: string) => `Move ${title} to the left`,
  later: (title: string) => `Move ${title} to the right`,
  frozen: 'Columns that stay in sight',
  frozenCount: (count: number) => (count === 0 ? 'None' : count === 1 ? 'The first' : `The first ${count}`),
  resetColumns: 'As it was',
  views: 'Views',
  noViews: 'Columns, sorting and filters are remembered. Save them under a name to come back to them.',
  viewName: 'Name of the view',
  saveView: 'Save this view',
  removeView: (name: string) => `Remove the view ${name}`,
  plainView: 'Everything',
  cells: (count: number) => plural(count, 'cell', 'cells'),
  filled: (count: number) => `Count ${count.toLocaleString('en-US')}`,
  sum: 'Sum',
  min: 'Min',
  max: 'Max',
  adding: 'Adding …',
  copied: (count: number) => `${plural(count, 'cell', 'cells')} copied`,
  sortBy: (title: string) => `Sort by ${title}`,
};
