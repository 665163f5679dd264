/** Formula injection: what a spreadsheet would run when it opens a CSV file, made harmless without loss. */

const dangerous = /^'*[=+\-@\t\r]/;
const number = /^-?\d+([.,]\d+)?$/;

/** A cell that a spreadsheet will not run: an apostrophe before what could begin a formula. Numbers stay. */
export const defuse = (cell: string): string => (dangerous.test(cell) && !number.test(cell) ? `'${cell}` : cell);

/** The inverse of {@link defuse}. */
export const undefuse = (cell: string): string => (/^'+[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell);
