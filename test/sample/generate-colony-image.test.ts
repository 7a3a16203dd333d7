import { beforeAll, expect, test } from 'vitest';
import { areas } from '../../src-main/imaging/label/areas.ts';
import { centresOfMass } from '../../src-main/imaging/label/centres-of-mass.ts';
import { keepLargestPieces } from '../../src-main/imaging/label/keep-largest-pieces.ts';
import { atThreshold, averagePrecision } from '../../src-main/metrics/average-precision.ts';
import { matchInstances } from '../../src-main/metrics/match-instances.ts';
import { watershedBaseline } from '../../src-main/metrics/watershed-baseline.ts';
import { generateColonyImage } from '../../src-main/sample/generate-colony-image.ts';
import type { ColonyImage } from '../../src-main/sample/generate-colony-image.ts';
import { defaultSampleSettings } from '../../src-main/sample/sample-settings.ts';

let image: ColonyImage;
let count: number;
beforeAll(() => {
  image = generateColonyImage(1);
  count = areas(image.labels).length - 1;
});

test('two 16-bit channels and labels of 512 × 512 px at 0.8 µm', () => {
  expect(image).toMatchObject({ height: 512, width: 512, pixelSizeUm: 0.8 });
  for (const plane of [image.membrane, image.nuclei]) {
    expect(plane).toBeInstanceOf(Uint16Array);
    expect(plane).toHaveLength(512 * 512);
    expect(plane.some((value) => value > 1500)).toBe(true);
    expect(plane.every((value) => value < 65535)).toBe(true); // nothing saturates
  }
});

test('the same seed gives the same numbers, another seed another field', () => {
  const small = { ...defaultSampleSettings, heightPx: 96, widthPx: 128 };
  const [a, b, c] = [
    generateColonyImage(5, small),
    generateColonyImage(5, small),
    generateColonyImage(6, small),
  ];
  expect(a).toEqual(b);
  expect(a.membrane).not.toEqual(c.membrane);
  expect(a).toMatchObject({ height: 96, width: 128 });
});

test('labels run from 1 without gaps, each is one piece of about a cell’s size', () => {
  const pixels = areas(image.labels);
  expect(count).toBeGreaterThan(80);
  expect(pixels.every((area) => area > 0)).toBe(true);
  const whole = keepLargestPieces(image.labels).data;
  expect(image.labels.data.every((label, i) => label === whole[i])).toBe(true);
  const median = [...pixels.subarray(1)].sort((a, b) => a - b)[count >> 1]!;
  const diameter = Math.sqrt((4 / Math.PI) * median);
  expect(diameter).toBeGreaterThan(28);
  expect(diameter).toBeLessThan(40);
});

test('cells are crowded: most of them touch another', () => {
  const touching = new Set<number>();
  const { data, width } = image.labels;
  for (let i = 0; i + width < data.length; i++) {
    for (const other of [data[i + 1]!, data[i + width]!]) {
      if (data[i] === 0 || other === 0 || data[i] === other) continue;
      touching.add(data[i]!).add(other);
    }
  }
  expect(touching.size / count).toBeGreaterThan(0.8);
});

test('nuclei lie in their own cells, bright and off the middle', () => {
  const { nucleusLocations, labels } = image;
  const under = Array.from(
    { length: nucleusLocations.length / 2 },
    (_, k) =>
      labels.data[Math.floor(nucleusLocations[2 * k]!) * 512 + Math.floor(nucleusLocations[2 * k + 1]!)]!,
  );
  const found = new Set(under.filter((label) => label > 0)).size;
  expect(found / under.length).toBeGreaterThan(0.95);
  const present = new Set(labels.data).size - 1;
  expect(found / present).toBeGreaterThan(0.85); // the field's edge cuts the nucleus off some cells
  const centres = centresOfMass(image.labels);
  let [offset, bright, seen] = [0, 0, 0];
  for (let k = 0; k < image.nucleusLocations.length; k += 2) {
    const [y, x] = [image.nucleusLocations[k]!, image.nucleusLocations[k + 1]!];
    const label = image.labels.data[Math.floor(y) * 512 + Math.floor(x)]!;
    if (label === 0) continue;
    seen++;
    offset += Math.hypot(y - centres[2 * (label - 1)]!, x - centres[2 * (label - 1) + 1]!);
    if (image.nuclei[Math.floor(y) * 512 + Math.floor(x)]! > 450) bright++;
  }
  expect(offset / seen).toBeGreaterThan(3);
  expect(bright / seen).toBeGreaterThan(0.95);
  expect(bright / seen).toBeLessThan(1);
});

test('cells are brighter than the background, and differ among themselves', () => {
  const sums = new Float64Array(count + 1);
  image.labels.data.forEach((label, i) => (sums[label]! += image.membrane[i]!));
  const means = [...areas(image.labels)].map((area, label) => sums[label]! / area);
  const cells = means.slice(1).sort((a, b) => a - b);
  expect(cells[Math.floor(0.02 * count)]).toBeGreaterThan(1.4 * means[0]!);
  expect(cells[Math.floor(0.9 * count)]! / cells[Math.floor(0.1 * count)]!).toBeGreaterThan(1.8);
});

test('it is hard enough to be honest: nuclei and foreground, even the true ones, do not give the cells away', () => {
  const { height, width } = image;
  const foreground = {
    height,
    width,
    data: Uint8Array.from(image.labels.data, (label) => (label > 0 ? 1 : 0)),
  };
  const plane = { height, width, data: Float32Array.from(image.membrane) };
  const labels = watershedBaseline(plane, image.nucleusLocations, foreground);
  const scores = new Float32Array(image.nucleusLocations.length / 2).fill(1);
  const report = averagePrecision([matchInstances(labels, scores, image.labels)]);
  expect(report.meanAveragePrecision).toBeLessThan(0.5);
  expect(atThreshold(report, report.averagePrecision, 0.75)).toBeLessThan(0.5);
  expect(atThreshold(report, report.averagePrecision, 0.5)).toBeGreaterThan(0.6); // nor is it hopeless
});
