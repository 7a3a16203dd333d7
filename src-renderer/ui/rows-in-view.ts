/** Rows above and below the visible ones, so that a fast scroll finds them there. */
const beyond = 3;

/**
 * The rows of a list that the page holds: the visible ones and a few around them.
 * @param top - how far the list is scrolled, px
 * @param height - height of the visible part, px
 * @returns the first row, and the one after the last
 */
export function rowsInView(
  rows: number,
  rowHeight: number,
  { top, height }: { top: number; height: number },
): { first: number; end: number } {
  return {
    first: Math.max(0, Math.floor(top / rowHeight) - beyond),
    end: Math.min(rows, Math.ceil((top + height) / rowHeight) + beyond),
  };
}
