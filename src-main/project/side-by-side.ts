/** This number of files keeps the disk busy and is below the limit of open files. */
const together = 32;

/** Runs a function for all items, some at the same time. The results are in the order of the items. */
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
