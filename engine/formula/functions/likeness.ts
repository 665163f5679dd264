/** Likeness of names that people write in different ways. */

const bare = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '');

/** Words in a fixed order, without case, accents and punctuation. */
const key = (text: string): string =>
  bare(text)
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .sort()
    .join(' ');

function pairs(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at + 1 < text.length; at += 1) {
    const pair = text.slice(at, at + 2);
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  return counts;
}

/** Longest text that is compared; the rest of a longer one is left out. */
const longest = 1000;

/** The share of neighbouring letter pairs that two names have in common (Dice), 0 to 1. */
export function similarity(first: string, second: string): number {
  const [a, b] = [key(first.slice(0, longest)), key(second.slice(0, longest))];
  if (a === b) return 1;
  const [left, right] = [pairs(` ${a} `), pairs(` ${b} `)];
  let common = 0;
  let total = 0;
  for (const count of right.values()) total += count;
  for (const [pair, count] of left) {
    common += Math.min(count, right.get(pair) ?? 0);
    total += count;
  }
  return total === 0 ? 0 : (2 * common) / total;
}
