import type { ChannelView } from '../../src-main/contract/requests/image-requests.ts';
import type { ChannelLook } from './scene.ts';

/** How bright the median pixel of a channel is shown: luminance of sRGB, 0 … 1. */
export function shownMedian(
  { histogram, min, max, offset, scale }: Omit<ChannelView, 'name' | 'autoLow' | 'autoHigh'>,
  { colour, low, high, gamma }: Omit<ChannelLook, 'channel'>,
): number {
  const half = histogram.reduce((sum, count) => sum + count, 0) / 2;
  let [bin, seen] = [0, 0];
  for (; bin < histogram.length - 1; bin++) {
    seen += histogram[bin] ?? 0;
    if (seen >= half) break;
  }
  const median = min + ((bin + 0.5) / histogram.length) * (max - min);
  const shown = Math.min(1, Math.max(0, ((median - offset) / scale - low) / (high - low))) ** gamma;
  const [red, green, blue] = colour;
  return shown * (0.2126 * red + 0.7152 * green + 0.0722 * blue);
}
