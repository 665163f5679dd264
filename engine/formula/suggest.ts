/** "Did you mean …?": the nearest of the names there are. */

/** Number of edits (insert, delete, replace, swap of neighbours) between two texts, up to `most`; above it, `most` + 1. */
export function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    let best = i;
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
      if (cost < best) best = cost;
    }
    if (best > most) return most + 1;
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? most + 1;
}

const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '');

/** The candidate nearest to what was written: same letters, same last part of the path, or few edits. Undefined if none is near. */
export function nearest(written: string, candidates: readonly string[]): string | undefined {
  const wanted = plain(written);
  const same = candidates.find((candidate) => plain(candidate) === wanted);
  if (same !== undefined) return same;
  const tails = candidates.filter((candidate) => plain(candidate.slice(candidate.lastIndexOf('.') + 1)) === wanted);
  if (tails.length > 0) return tails[0];
  const most = Math.max(1, Math.min(3, Math.floor(wanted.length / 3)));
  let best: string | undefined;
  let distance = most + 1;
  for (const candidate of candidates) {
    const edits = editDistance(wanted, plain(candidate), Math.min(most, distance - 1));
    if (edits < distance) [best, distance] = [candidate, edits];
  }
  return best;
}
