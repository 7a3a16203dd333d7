/** Widths of a card, px: as small as a picture still tells something, and as large as it needs to be. */
const smallest = 196;
const largest = 360;
/** What lies below a picture: its name and its box to tick, px. */
const captionHeight = 36;
/** Height of a picture for its width. */
const shape = 0.78;

/** Columns and row height of a grid of so many pictures: the largest cards with which all are in sight, else the smallest. */
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
