/** The graphics cards in words. */
export function graphicsText(cards: readonly string[] | null): string {
  if (cards === null) return 'the system does not tell';
  return cards.length === 0 ? 'no card found' : cards.join(', ');
}

/** How fast an engine convolves, in words; empty where it was not measured. */
export function speedText(gflops: number | null): string {
  if (gflops === null) return '';
  const rounded = gflops < 10 ? Number(gflops.toPrecision(2)) : Math.round(gflops);
  return `It convolves at ${rounded} GFLOP/s.`;
}
