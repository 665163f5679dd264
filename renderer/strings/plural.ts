const numbers = new Intl.NumberFormat('en-US');

/** A number with its word. */
export const plural = (count: number, one: string, many: string): string =>
  `${numbers.format(count)} ${count === 1 ? one : many}`;
