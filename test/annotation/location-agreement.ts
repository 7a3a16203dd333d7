import type { LabelImage, Locations } from '../../src-main/contract/pixels.ts';

/**
 * How locations agree with true instances. The first location inside an instance is right, every other one is
 * false.
 */
export function locationAgreement(locations: Locations, truth: LabelImage) {
  const found = new Set<number>();
  for (let i = 0; i < locations.length; i += 2) {
    const label = truth.data[Math.floor(locations[i]!) * truth.width + Math.floor(locations[i + 1]!)]!;
    if (label !== 0) found.add(label);
  }
  const labels = new Set(truth.data);
  labels.delete(0);
  const count = locations.length / 2;
  return { right: found.size, count, truth: labels.size, f1: (2 * found.size) / (count + labels.size) };
}
