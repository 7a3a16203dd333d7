import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { FloatPlane, LabelImage } from '../../src-main/contract/pixels.ts';
import { geojson } from '../../src-main/formats/geojson.ts';
import { traceContours } from '../../src-main/imaging/contours/trace-contours.ts';
import { measureCells } from '../../src-main/measure/measure-cells.ts';
import { measurementsCsv } from '../../src-main/measure/measurements-csv.ts';
import { runsOf } from '../../src-main/imaging/label/runs-of.ts';
import { planeAt } from '../fixtures/plane-at.ts';
import { readTiff } from '../fixtures/read-whole.ts';

const folder = fileURLToPath(new URL('../golden/export/', import.meta.url));
const golden = JSON.parse(readFileSync(`${folder}measurements.json`, 'utf8')) as {
  label: number;
  centroid: { y: number; x: number };
  area: number;
  perimeter: number;
  majorAxis: number;
  minorAxis: number;
  eccentricity: number;
  solidity: number;
  mean: number;
  min: number;
  max: number;
  integrated: number;
}[];

async function readPlane(file: string): Promise<FloatPlane> {
  return planeAt(await readTiff(new Uint8Array(readFileSync(folder + file)), file), { c: 0 });
}
const plane = await readPlane('intensity.tif');
const labels: LabelImage = { ...plane, data: Int32Array.from((await readPlane('labels.tif')).data) };

describe('as skimage.measure.regionprops', async () => {
  const cells = await measureCells(labels, [{ name: 'DAPI', bands: [{ ...plane, y: 0 }] }], null);

  test('the same cells in the same order', () => {
    expect(cells.map(({ label }) => label)).toEqual(golden.map(({ label }) => label));
  });

  test.each(golden.map((expected, i) => [expected.label, i] as const))('cell %i', (_, i) => {
    const expected = golden[i]!;
    const cell = cells[i]!;
    const [intensity] = cell.intensities;
    const measured = {
      y: cell.centroid.y,
      x: cell.centroid.x,
      area: cell.px.area,
      perimeter: cell.px.perimeter!,
      majorAxis: cell.px.majorAxis,
      minorAxis: cell.px.minorAxis,
      eccentricity: cell.eccentricity,
      solidity: cell.solidity,
      mean: intensity!.mean,
      min: intensity!.min,
      max: intensity!.max,
      integrated: intensity!.integrated,
    };
    const { y, x } = expected.centroid;
    const known = { ...expected, y, x };
    for (const name of Object.keys(measured) as (keyof typeof measured)[]) {
      expect(measured[name], name).toBeCloseTo(known[name], 9);
    }
    expect(cell.um).toBeNull();
  });
});

describe('in µm', () => {
  const block: LabelImage = {
    height: 6,
    width: 8,
    data: Int32Array.from({ length: 48 }, (_, i) => (i % 8 < 4 && i < 24 ? 1 : 0)),
  };

  test('square pixels: lengths times the size, areas times its square', async () => {
    const [cell] = await measureCells(block, [], { y: 0.5, x: 0.5 });
    expect(cell!.px.area).toBe(12);
    expect(cell!.um).toEqual({
      area: 12 * 0.25,
      perimeter: cell!.px.perimeter! * 0.5,
      majorAxis: cell!.px.majorAxis * 0.5,
      minorAxis: cell!.px.minorAxis * 0.5,
      centroid: { y: 1.5 * 0.5, x: 2 * 0.5 },
    });
  });

  test('other pixels: each axis by its own size, and no perimeter', async () => {
    const [cell] = await measureCells(block, [], { y: 2, x: 0.5 });
    // Variance of 3 rows 2/3, of 4 columns 5/4: now y is the long axis.
    expect(cell!.um!.majorAxis).toBeCloseTo(4 * Math.sqrt(2 / 3) * 2, 9);
    expect(cell!.um!.minorAxis).toBeCloseTo(4 * Math.sqrt(5 / 4) * 0.5, 9);
    expect(cell!.um!.perimeter).toBeNull();
    expect(cell!.um!.area).toBe(12);
  });
});

test('an image without cells gives no rows; a channel of another size is an error', async () => {
  const empty: LabelImage = { height: 2, width: 2, data: new Int32Array(4) };
  expect(await measureCells(empty, [], null)).toEqual([]);
  for (const bands of [[{ ...plane, y: 0 }], [{ ...empty, y: 0, height: 1, data: new Float32Array(2) }]]) {
    await expect(measureCells(empty, [{ name: 'DAPI', bands }], null)).rejects.toThrow(
      'channel DAPI has other pixels than the label image of 2 × 2',
    );
  }
});

test('channels are read in bands, with the measurements of the whole plane', async () => {
  const { height, width } = plane;
  const bands = Array.from({ length: height }, (_, y) => ({
    y,
    height: 1,
    width,
    data: plane.data.subarray(y * width, (y + 1) * width),
  }));
  expect(await measureCells(labels, [{ name: 'DAPI', bands }], null)).toEqual(
    await measureCells(runsOf(labels), [{ name: 'DAPI', bands: [{ ...plane, y: 0 }] }], null),
  );
});

test('pixels without a number (NaN) count for no intensity', async () => {
  // Two cells of 2 × 2 px. The first has the values 1, NaN, 4 and 7, the second has only NaN.
  const size = { height: 2, width: 4 };
  const two: LabelImage = { ...size, data: Int32Array.of(1, 1, 2, 2, 1, 1, 2, 2) };
  const data = Float32Array.of(1, NaN, NaN, NaN, 4, 7, NaN, NaN);
  const cells = await measureCells(two, [{ name: 'DAPI', bands: [{ ...size, data, y: 0 }] }], null);
  expect(cells.map(({ px }) => px.area)).toEqual([4, 4]);
  expect(cells.map(({ intensities }) => intensities)).toEqual([
    [{ channel: 'DAPI', mean: (1 + 4 + 7) / 3, min: 1, max: 7, integrated: 12 }],
    [{ channel: 'DAPI', mean: null, min: null, max: null, integrated: null }],
  ]);
  const rows = measurementsCsv([{ image: 'A1', file: 'A1.tif', cells }]).split('\r\n');
  expect(rows[0]).toMatch(/,mean_DAPI,min_DAPI,max_DAPI,integrated_DAPI$/);
  expect(rows[1]).toMatch(/,4,1,7,12$/);
  expect(rows[2]).toMatch(/[^,],,,,$/);
  const { features } = JSON.parse(geojson(traceContours(two), { cells })) as {
    features: { properties: { measurements: Record<string, number> } }[];
  };
  const [first, second] = features.map(({ properties }) => properties.measurements);
  expect(first).toMatchObject({ 'DAPI: Mean': 4, 'DAPI: Min': 1, 'DAPI: Max': 7, 'DAPI: Sum': 12 });
  expect(second).toHaveProperty('Area px^2', 4);
  expect(Object.keys(second!).filter((name) => name.startsWith('DAPI'))).toEqual([]);
});
