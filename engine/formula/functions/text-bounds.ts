/** Texts that functions make, within their bounds. */
import { maxTextLength } from '../limits.ts';
import { type FormulaError, fail, type Runtime } from '../value.ts';

/** A text that a function made, if it is not too long. */
export const made = (text: string): Runtime =>
  text.length > maxTextLength ? fail('#VALUE!', `The text is longer than ${maxTextLength} characters.`) : text;

/** The error for a number that must not be negative. */
export const negative = (what: string): FormulaError => fail('#VALUE!', `${what} must not be negative.`);
