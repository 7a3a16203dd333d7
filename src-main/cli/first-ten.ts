/** The first ten lines of a list; the others are counted. */
export function firstTen(lines: readonly string[]): string[] {
  if (lines.length <= 10) return [...lines];
  return [...lines.slice(0, 10), `  and ${lines.length - 10} more (--json lists all)`];
}
