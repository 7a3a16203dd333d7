/** The values under the pointer, for the status bar. */
export class Readout {
  /** Whole pixel; null while the pointer is elsewhere. */
  place = $state.raw<{ y: number; x: number } | null>(null);
  /** Sample of each channel of the tiles; null while it loads. */
  samples = $state.raw<readonly (number | null)[]>([]);
}
