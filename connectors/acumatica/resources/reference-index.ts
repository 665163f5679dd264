/**
 * References of documents by their ids, kept as one text: a hundred thousand of them take two megabytes, in a map of strings they
 * would take ten. Knows nothing of Acumatica.
 */

/** References added since the text was last put together; few enough to search, many enough to seldom put together. */
const mostRecent = 256;

/** Ids by reference. Neither may contain a line end or a tab. */
export class ReferenceIndex {
  /** `\nreference\tid` for each pair. */
  private text = '';
  private recent = new Map<string, Set<string>>();

  add(reference: string, id: string): void {
    if (this.find(reference).includes(id)) return;
    this.recent.set(reference, (this.recent.get(reference) ?? new Set()).add(id));
    if (this.recent.size >= mostRecent) this.settle();
  }

  /** Ids of a reference, in the order they were added. */
  find(reference: string): string[] {
    const ids: string[] = [];
    const start = `\n${reference}\t`;
    for (let at = this.text.indexOf(start); at !== -1; at = this.text.indexOf(start, at + 1)) {
      const from = at + start.length;
      const end = this.text.indexOf('\n', from);
      ids.push(this.text.slice(from, end === -1 ? undefined : end));
    }
    return [...ids, ...(this.recent.get(reference) ?? [])];
  }

  private settle(): void {
    const lines = [...this.recent].flatMap(([reference, ids]) => [...ids].map((id) => `\n${reference}\t${id}`));
    this.text += lines.join('');
    this.recent = new Map();
  }
}
