/** The GPUs in words. */
export function graphicsText(gpus: readonly string[] | null): string {
  if (gpus === null) return 'the system does not tell';
  return gpus.length === 0 ? 'no GPU found' : gpus.join(', ');
}

/** The speed of an engine's convolutions, in words; empty if it was not measured. */
export function speedText(gflops: number | null): string {
  if (gflops === null) return '';
  const rounded = gflops < 10 ? Number(gflops.toPrecision(2)) : Math.round(gflops);
  return `It convolves at ${rounded} GFLOP/s.`;
}
