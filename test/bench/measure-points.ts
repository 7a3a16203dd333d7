/**
 * CPU time of the points of an image of 512 × 512 px, and of sums over lines in script and in WebAssembly:
 * `npx tsx test/bench/measure-points.ts`. Medians of 15, after a first run that compiles.
 */
import { findLocations } from '../../src-main/annotation/find-locations.ts';
import { usualLocationSettings } from '../../src-main/contract/project-files.ts';
import { gaussianKernel } from '../../src-main/imaging/filters/gaussian-kernel.ts';
import { inScript, pairSums } from '../../src-main/imaging/filters/pair-sums.ts';
import type { PairSums } from '../../src-main/imaging/filters/pair-sums.ts';
import { generateColonyImage } from '../../src-main/sample/generate-colony-image.ts';
import { defaultSampleSettings } from '../../src-main/sample/sample-settings.ts';
import { median } from './median.ts';

const side = 512;

function cpuMs(run: () => unknown): number {
  const times: number[] = [];
  for (let i = 0; i < 16; i++) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  return median(times.slice(1));
}

/** The sums of one blurred row, as often as an image has rows, twice. */
function blurRows({ values, places, run }: PairSums, radius: number): void {
  for (let k = 0; k <= radius; k++) places.set([radius + k, radius - k], 2 * k);
  values.fill(1);
  for (let i = 0; i < 2 * side; i++) run();
}

const { nuclei } = generateColonyImage(1, { ...defaultSampleSettings, heightPx: side, widthPx: side });
const plane = { height: side, width: side, data: Float32Array.from(nuclei) };
const pointsMs = cpuMs(() => findLocations(plane, { ...usualLocationSettings, sigma: 'auto' }));
console.log(`points: ${pointsMs.toFixed(0)} ms of CPU time`);

const kernel = gaussianKernel(6);
const radius = kernel.weights.length - 1;
const scriptMs = cpuMs(() => blurRows(inScript(kernel, side + 2 * radius, side), radius));
const wasmMs = cpuMs(() => blurRows(pairSums(kernel, side + 2 * radius, side), radius));
console.log(`a blur with σ 6: ${scriptMs.toFixed(1)} ms in script, ${wasmMs.toFixed(1)} ms in WebAssembly`);
