/** Enough small files at once to keep the disk busy, and few enough for the limit of open files. */
const together = 32;

/** Does the same with all items, some at once. Answers in the order of the items. */
export async function sideBySide<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += together) {
    results.push(...(await Promise.all(items.slice(start, start + together).map(work))));
  }
  return results;
}
