/** The bounds of a formula: what it may be at most when written, and what it may use at most when evaluated. */

/** Longest formula, in characters (Excel's own limit). */
export const maxFormulaLength = 8192;
/** Deepest nesting of the formula's tree; a chain of operators counts one level for each operator. */
export const maxDepth = 250;
/** Longest text a function makes, in characters (Excel's limit of a cell). */
export const maxTextLength = 32_767;
/** Longest list a function makes or works through. */
export const maxListLength = 50_000;
/** Elements that one evaluation may visit in all lists together. */
export const maxWork = 5_000_000;
/** Digits of a number; sums of money stay far below. */
export const maxDigits = 400;
/** Longest regular expression, in characters. */
export const maxPatternLength = 500;
