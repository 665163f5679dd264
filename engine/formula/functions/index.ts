/** The list of all functions. */
import { businessFunctions } from './business.ts';
import { dateFunctions } from './date.ts';
import type { FunctionDeclaration } from './declare.ts';
import { informationFunctions } from './information.ts';
import { listFunctions } from './list.ts';
import { logicalFunctions } from './logical.ts';
import { mathFunctions } from './math.ts';
import { productFunctions } from './products.ts';
import { regexFunctions } from './regex.ts';
import { statisticsFunctions } from './statistics.ts';
import { textFunctions } from './text.ts';
import { textFormatFunctions } from './text-format.ts';

/** Every function, by category and name. */
export const allFunctions: readonly FunctionDeclaration[] = [
  ...logicalFunctions,
  ...textFunctions,
  ...textFormatFunctions,
  ...regexFunctions,
  ...mathFunctions,
  ...statisticsFunctions,
  ...productFunctions,
  ...dateFunctions,
  ...listFunctions,
  ...informationFunctions,
  ...businessFunctions,
];

const byName = new Map(allFunctions.map((declaration) => [declaration.name, declaration]));

/** All names, as written in formulas. */
export const functionNames: readonly string[] = [...byName.keys()];

/** A function by its name, in any case. */
export const findFunction = (name: string): FunctionDeclaration | undefined => byName.get(name.toUpperCase());
