/**
 * The item that an arrow key, Home or End leads to in a list or a grid.
 * @param columns - items per row. In a list of one column, the arrows to the sides are for something else
 * @returns null for another key, and at an end
 */
export function nextIndex(key: string, at: number, count: number, columns: number): number | null {
  const steps: Record<string, number> = {
    ArrowUp: -columns,
    ArrowDown: columns,
    ...(columns > 1 ? { ArrowLeft: -1, ArrowRight: 1 } : {}),
    Home: -at,
    End: count - 1 - at,
  };
  const next = at + (steps[key] ?? Number.NaN);
  return next >= 0 && next < count && next !== at ? next : null;
}
