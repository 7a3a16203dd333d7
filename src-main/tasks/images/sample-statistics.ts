import { uint16At, uint32At } from '../../contract/elements.ts';
import type { ChannelView } from '../../contract/requests/image-requests.ts';
import type { DisplayScale } from './display-plane.ts';

const bins = 256;
/** Automatic contrast leaves out this share of the samples at either end. */
const autoShare = 0.001;

/** How often each sample occurs in the counted part of a plane. */
export type SampleCounts = Uint32Array;

/** Counts the samples of a part of a plane. */
export function countSamples(
  samples: Uint16Array,
  counts: SampleCounts = new Uint32Array(65536),
): SampleCounts {
  // An index is four times as fast as an iterator, which matters for 64 million samples.
  for (let i = 0; i < samples.length; i++)
    counts[uint16At(samples, i)] = uint32At(counts, uint16At(samples, i)) + 1;
  return counts;
}

/** Exact range, automatic contrast and histogram of a plane, from one count of its 16-bit samples. */
export function sampleStatistics(
  counts: SampleCounts,
  { offset, scale }: DisplayScale,
): Omit<ChannelView, 'name' | 'offset' | 'scale'> {
  const first = counts.findIndex((count) => count > 0);
  const last = counts.findLastIndex((count) => count > 0);
  const histogram = new Uint32Array(bins);
  const span = Math.max(last - first, 1);
  for (let sample = first; sample <= last; sample++) {
    const bin = Math.min(bins - 1, Math.floor(((sample - first) / span) * bins));
    histogram[bin] = uint32At(histogram, bin) + uint32At(counts, sample);
  }
  const own = (sample: number): number => offset + scale * sample;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const leftOut = autoShare * total;
  return {
    min: own(first),
    max: own(last),
    autoLow: own(firstAbove(counts, leftOut)),
    autoHigh: own(firstAbove(counts, total - leftOut)),
    histogram,
  };
}

/** The first sample at which the cumulative count exceeds `limit`, or reaches it at the end. */
function firstAbove(counts: Uint32Array, limit: number): number {
  let sum = 0;
  let last = 0;
  for (const [sample, count] of counts.entries()) {
    if (count === 0) continue;
    sum += count;
    last = sample;
    if (sum > limit) break;
  }
  return last;
}
