/** A pseudo language: every text forty percent longer and accented, so that tests see what is cut off and what was never translated. */

const accents: Readonly<Record<string, string>> = {
  a: 'á',
  e: 'é',
  i: 'í',
  o: 'ó',
  u: 'ú',
  A: 'Á',
  E: 'É',
  O: 'Ó',
  U: 'Ú',
};

/** A text with accents, and forty percent longer. */
export const longer = (text: string): string =>
  `${text.replace(/[aeiouAEOU]/g, (letter) => accents[letter] ?? letter)}${'·'.repeat(Math.ceil(text.length * 0.4))}`;

/** All texts of a language made longer; functions make theirs longer when they are called. */
export function pseudo<Texts>(texts: Texts): Texts {
  const made = (value: unknown): unknown => {
    if (typeof value === 'string') return longer(value);
    if (typeof value === 'function') return (...args: unknown[]) => made(value(...args));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, made(inner)]));
  };
  return made(texts) as Texts;
}
