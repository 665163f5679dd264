/** When two invoice numbers count as the same. */

/** A number without case, blanks, punctuation and leading zeros: two that agree in this are taken for the same. */
export const normalizeInvoiceNumber = (text: string): string =>
  text
    .normalize('NFKC')
    .toLocaleUpperCase('en-US')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '')
    .replace(/^0+(?=.)/, '');
