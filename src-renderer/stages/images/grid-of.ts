/** Smallest and largest width of a card, px. */
const smallest = 196;
const largest = 360;
/** Height of the caption with the checkbox, px. */
const captionHeight = 36;
/** Height of a picture divided by its width. */
const shape = 0.78;

/**
 * Columns and row height of a grid of `count` pictures: the largest cards that all fit, otherwise the
 * smallest.
 */
export function gridOf(count: number, height: number, width: number): { columns: number; rowHeight: number } {
  const rowHeightOf = (columns: number) =>
    Math.round(Math.min(width / columns, largest) * shape) + captionHeight;
  const most = Math.max(1, Math.floor(width / smallest));
  for (let columns = Math.max(1, Math.ceil(width / largest)); columns < most; columns++) {
    const rowHeight = rowHeightOf(columns);
    if (Math.ceil(count / columns) * rowHeight <= height) return { columns, rowHeight };
  }
  return { columns: most, rowHeight: rowHeightOf(most) };
}
