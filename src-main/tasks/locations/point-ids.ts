/**
 * Point ids as an annotation's source keeps them: runs of consecutive numbers, `1f3a9c22d001.0-166 …`. So a
 * few edits of many found points take only a few runs.
 */
export function formatPointIds(ids: readonly string[]): string {
  const runs: { origin: string; first: number; last: number }[] = [];
  for (const id of ids) {
    const dot = id.lastIndexOf('.');
    const [origin, number] = [id.slice(0, dot), Number(id.slice(dot + 1))];
    const run = runs.at(-1);
    if (run?.origin === origin && run.last + 1 === number) run.last = number;
    else runs.push({ origin, first: number, last: number });
  }
  return runs
    .map(({ origin, first, last }) => (first === last ? `${origin}.${first}` : `${origin}.${first}-${last}`))
    .join(' ');
}

/** The ids that {@link formatPointIds} wrote; null unless they are `count` different ids. */
export function parsePointIds(text: string, count: number): string[] | null {
  const ids = new Set<string>();
  for (const run of text.split(' ').filter((part) => part !== '')) {
    const match = /^([0-9a-f]{12})\.(\d+)(?:-(\d+))?$/.exec(run);
    if (match === null) return null;
    const [first, last] = [Number(match[2]), Number(match[3] ?? match[2])];
    // The count limits the memory that a changed file can cost.
    if (last - first >= count) return null;
    for (let number = first; number <= last; number++) ids.add(`${match[1]}.${number}`);
  }
  return ids.size === count ? [...ids] : null;
}
