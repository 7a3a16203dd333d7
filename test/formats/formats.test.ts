import { describe, expect, test } from 'vitest';
import type { CellLabels } from '../../src-main/contract/pixels.ts';
import { coco, readCoco } from '../../src-main/formats/coco.ts';
import { fillRings } from '../../src-main/imaging/contours/fill-rings.ts';
import { geojson, readGeojson } from '../../src-main/formats/geojson.ts';
import { labelTiff } from '../../src-main/formats/label-tiff.ts';
import { measureCells } from '../../src-main/measure/measure-cells.ts';
import { measurementsCsv } from '../../src-main/measure/measurements-csv.ts';
import { overlayPng } from '../../src-main/formats/overlay-png.ts';
import type { OverlayOptions, PlaneBands } from '../../src-main/formats/overlay-png.ts';
import { labelImageOf } from '../../src-main/imaging/label/cut-labels.ts';
import { runsOf } from '../../src-main/imaging/label/runs-of.ts';
import { traceContours } from '../../src-main/imaging/contours/trace-contours.ts';
import { readPng, readTiff } from '../fixtures/read-whole.ts';
import { exampleLabels } from './example-labels.ts';

const labels = exampleLabels();
const contours = traceContours(labels);
const plane = {
  height: labels.height,
  width: labels.width,
  data: Float32Array.from(labels.data, (label, i) => label + (i % 3)),
};

describe('GeoJSON', async () => {
  const cells = await measureCells(labels, [{ name: 'DAPI', bands: [{ ...plane, y: 0 }] }], {
    y: 0.5,
    x: 0.5,
  });
  interface Feature {
    type: string;
    geometry: { type: string; coordinates: number[][][] };
    properties: {
      objectType: string;
      name: string;
      classification: { name: string };
      measurements: Record<string, number>;
    };
  }
  const file = JSON.parse(geojson(contours, { cells, scores: new Map([[1, 0.75]]) })) as {
    type: string;
    features: Feature[];
  };
  const byName = new Map(file.features.map((feature) => [feature.properties.name, feature]));

  test('is what QuPath reads', () => {
    expect(file.type).toBe('FeatureCollection');
    expect(file.features).toHaveLength(9);
    const [first] = file.features;
    expect(first!.type).toBe('Feature');
    // x before y, closed, from a corner of the box of rows 0 – 4, columns 0 – 5.
    const [ring] = first!.geometry.coordinates;
    expect(ring).toHaveLength(5);
    expect(ring![0]).toEqual(ring![4]);
    expect(new Set(ring!.map(String))).toEqual(new Set(['0,0', '6,0', '6,5', '0,5']));
    expect(first!.properties).toMatchObject({ objectType: 'detection', classification: { name: 'Cell' } });
    expect(first!.properties.measurements).toMatchObject({
      Score: 0.75,
      'Area µm^2': 30 * 0.25,
      'DAPI: Min': 1,
      'DAPI: Max': 3,
    });
  });

  test('outer rings and holes turn opposite ways, and pieces are apart', () => {
    const area = (ring: number[][]): number =>
      ring.slice(1).reduce((sum, [x, y], i) => sum + (ring[i]![0]! * y! - x! * ring[i]![1]!) / 2, 0);
    const ring = byName.get('3')!.geometry;
    expect(ring.type).toBe('Polygon');
    expect(ring.coordinates.map(area)).toEqual([90, -30]);
    expect(byName.get('7')!.geometry.type).toBe('MultiPolygon');
    expect(byName.get('7')!.geometry.coordinates).toHaveLength(2);
  });

  test('objects can be annotations of a class', () => {
    const [feature] = (
      JSON.parse(geojson(contours, { objectType: 'annotation', className: 'Tumor' })) as typeof file
    ).features;
    expect(feature!.properties).toMatchObject({
      objectType: 'annotation',
      classification: { name: 'Tumor' },
    });
  });

  test('a plain list of features is read too, anything else is refused', () => {
    const list = JSON.stringify(file.features);
    expect(readGeojson(list, 'x.geojson', labels.height, labels.width)).toMatchObject(runsOf(labels));
    for (const text of ['', '{}', '{"features":[{"geometry":{"type":"Point","coordinates":[1,2]}}]}']) {
      expect(() => readGeojson(text, 'x.geojson', 9, 9)).toThrow(
        'x.geojson is not a GeoJSON file of polygons.',
      );
    }
  });
});

describe('COCO', () => {
  interface File {
    images: { id: number; file_name: string; width: number; height: number }[];
    annotations: {
      id: number;
      image_id: number;
      bbox: number[];
      area: number;
      segmentation: { counts: number[]; size: number[] };
      score?: number;
    }[];
  }
  const image = { fileName: 'a.tif', name: 'a', labels };

  test('boxes are x, y, width, height; areas are pixels', () => {
    const { annotations } = JSON.parse(coco([image])) as File;
    expect(annotations[1]).toMatchObject({ id: 2, image_id: 1, bbox: [6, 1, 5, 6], area: 30 });
    expect(annotations[2]).toMatchObject({ bbox: [2, 8, 10, 9], area: 90 - 30 });
  });

  test('cells are run lengths, down the columns', () => {
    const small = { height: 3, width: 4, data: Int32Array.of(0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1) };
    const file = JSON.parse(coco([{ fileName: 'a', name: 'a', labels: small }])) as File;
    // Columns: 0 0 0 | 1 1 1 | 1 0 1 | 1 1 1.
    expect(file.annotations[0]!.segmentation).toEqual({ counts: [3, 4, 1, 4], size: [3, 4] });
  });

  test('ids go on through all images', () => {
    const file = JSON.parse(
      coco([image, { ...image, fileName: 'b.tif', name: 'b', scores: new Map([[1, 0.5]]) }]),
    ) as File;
    expect(file.images.map(({ id, file_name }) => [id, file_name])).toEqual([
      [1, 'a.tif'],
      [2, 'b.tif'],
    ]);
    expect(file.annotations.map(({ id }) => id)).toEqual(Array.from({ length: 18 }, (_, i) => i + 1));
    expect(file.annotations[9]).toMatchObject({ image_id: 2, score: 0.5 });
    expect([...readCoco(JSON.stringify(file), 'x.json').values()].map((one) => one.labels())).toMatchObject([
      runsOf(labels),
      runsOf(labels),
    ]);
  });

  test('run lengths as pycocotools packs them', () => {
    // Of the pixels in rows 2 – 4, columns 3 – 8; row 3, columns 20 – 24; rows 10 – 13, columns 0 – 3.
    const packed = {
      images: [{ id: 1, file_name: 'a', height: 20, width: 30 }],
      annotations: [
        { image_id: 1, segmentation: { counts: ':4`0000HOM13O90000000m6NUI0000000Q3', size: [20, 30] } },
      ],
    };
    const { data } = labelImageOf(readCoco(JSON.stringify(packed), 'x.json').get('a')!.labels());
    const expected = data.map((_, i) => {
      const [y, x] = [Math.floor(i / 30), i % 30];
      const isFirst = y >= 2 && y < 5 && x >= 3 && x < 9;
      return isFirst || (y === 3 && x >= 20 && x < 25) || (y >= 10 && y < 14 && x < 4) ? 1 : 0;
    });
    expect([...data]).toEqual([...expected]);
  });

  test('run lengths that lie and no COCO are refused', () => {
    const lying = {
      images: [{ id: 1, file_name: 'a', height: 2, width: 2 }],
      annotations: [{ image_id: 1, segmentation: { counts: [1, 1e12], size: [2, 2] } }],
    };
    expect(() => readCoco(JSON.stringify(lying), 'x.json').get('a')!.labels()).toThrow('not of its size');
    expect(() => readCoco('[]', 'x.json')).toThrow('x.json is not a COCO file');
  });
});

describe('table of measurements', async () => {
  const two = { height: 1, width: 4, data: Int32Array.of(1, 1, 0, 2) };
  const channel = {
    name: 'E-cad, "new"',
    bands: [{ y: 0, height: 1, width: 4, data: Float32Array.of(1, 2, 9, 5.5) }],
  };
  const calibrated = await measureCells(two, [channel], { y: 2, x: 2 });

  test('units in the header, a row a cell, quotes where they are needed', () => {
    const csv = measurementsCsv([
      {
        image: 'a',
        file: 'p/a.tif',
        cells: calibrated,
        scores: new Map([
          [2, 1],
          [1, 0.5],
        ]),
      },
    ]);
    const [header, first, second, end] = csv.split('\r\n');
    expect(header).toBe(
      'image,file,label,score,centroid_y_px,centroid_x_px,area_px,perimeter_px,major_axis_px,minor_axis_px,' +
        'centroid_y_um,centroid_x_um,area_um2,perimeter_um,major_axis_um,minor_axis_um,eccentricity,solidity,' +
        '"mean_E-cad, ""new""","min_E-cad, ""new""","max_E-cad, ""new""","integrated_E-cad, ""new"""',
    );
    // Two pixels in a row: variance 1/4 along x, so 4 × 1/2 px long.
    expect(first).toBe('a,p/a.tif,1,0.5,0.5,1,2,0,2,0,1,2,8,0,4,0,1,1,1.5,1,2,3');
    expect(second!.startsWith('a,p/a.tif,2,1,0.5,3.5,1,')).toBe(true);
    expect(end).toBe('');
  });

  test('images without calibration leave their µm empty; without any there are no such columns', async () => {
    const plain = await measureCells(two, [], null);
    expect(measurementsCsv([{ image: 'b', file: 'b.tif', cells: plain }])).not.toContain('um');
    const mixed = measurementsCsv([
      { image: 'a', file: 'a.tif', cells: calibrated },
      { image: 'b', file: 'b.tif', cells: plain },
    ]).split('\r\n');
    expect(mixed[3]).toBe('b,b.tif,1,0.5,1,2,0,2,0,,,,,,,1,1,,,,');
  });

  test('a name that a spreadsheet would take for a formula stays text', () => {
    expect(measurementsCsv([{ image: '=1+1', file: 'a.tif', cells: calibrated }])).toContain("\r\n'=1+1,");
  });
});

describe('label TIFF', () => {
  test('16 bits where they do, else 32; calibrated', async () => {
    expect((await readTiff(labelTiff(labels), 'x.tif')).dtype).toBe('uint16');
    const many = { height: 1, width: 2, data: Int32Array.of(65536, 0) };
    const raster = await readTiff(labelTiff(many, { y: 0.25, x: 0.25 }), 'x.tif');
    expect(raster.dtype).toBe('uint32');
    expect(raster.pixelSizeUm).toEqual({ y: 0.25, x: 0.25 });
  });

  test('a negative label is an error', () => {
    expect(() => labelTiff({ height: 1, width: 1, data: Int32Array.of(-1) })).toThrow(RangeError);
  });
});

describe('overlay', () => {
  async function overlay(
    options: OverlayOptions = {},
    bands: PlaneBands = () => [{ ...plane, y: 0 }],
    cells: CellLabels = labels,
  ): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for await (const piece of overlayPng(bands, cells, options)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  test('outermost pixels are coloured, all others grey, stretched over the range', async () => {
    const { planes } = await readPng(await overlay({ range: [0, 255], color: [255, 0, 0] }), 'x.png');
    const pixel = (y: number, x: number): number[] => planes.map((channel) => channel[y * labels.width + x]!);
    expect(pixel(0, 0)).toEqual([255, 0, 0]);
    expect(pixel(4, 5)).toEqual([255, 0, 0]);
    // Inside cell 1, where the plane holds 1 + 62 % 3.
    expect(pixel(2, 2)).toEqual([3, 3, 3]);
    expect(pixel(23, 15)).toEqual([0, 0, 0]);
  });

  test('cells that touch have colours of their own', async () => {
    const { planes } = await readPng(await overlay(), 'x.png');
    const pixel = (y: number, x: number): string =>
      planes.map((channel) => channel[y * labels.width + x]).join();
    expect(pixel(2, 5)).not.toBe(pixel(2, 6));
  });

  test('another size is an error', async () => {
    const small = { y: 0, height: 1, width: 1, data: new Float32Array(1) };
    await expect(overlay({}, () => [small])).rejects.toThrow(
      `expected ${labels.height} × ${labels.width} pixels`,
    );
  });

  test('bands of one row and runs give the picture of the whole', async () => {
    const { height, width, data } = plane;
    const rows = Array.from({ length: height }, (_, y) => {
      return { y, height: 1, width, data: data.subarray(y * width, (y + 1) * width) };
    });
    const inBands = await readPng(await overlay({}, () => rows, runsOf(labels)), 'x.png');
    expect(inBands.planes).toEqual((await readPng(await overlay(), 'x.png')).planes);
  });
});

describe('fillRings', () => {
  const filled = (rings: number[][]): string[] => {
    const rows: string[] = [];
    fillRings(rings, 4, 6, (y, start, end) => rows.push(`${y}: ${start}–${end}`));
    return rows.sort();
  };

  test('a pixel is in where its centre is', () => {
    // A box from (0.4, 0.6) to (2.6, 3.5): rows 0 – 2, columns 1 and 2; the centre 3.5 is right of the right
    // side.
    expect(filled([[0.4, 0.6, 0.4, 3.5, 2.6, 3.5, 2.6, 0.6]])).toEqual(['0: 1–3', '1: 1–3', '2: 1–3']);
  });

  test('boxes that share a side share no pixel, even through centres', () => {
    const left = filled([[0.5, 0.5, 0.5, 2.5, 1.5, 2.5, 1.5, 0.5]]);
    const right = filled([[0.5, 2.5, 0.5, 4.5, 1.5, 4.5, 1.5, 2.5]]);
    expect([...left, ...right]).toEqual(['0: 0–2', '0: 2–4']);
  });

  test('what hangs over the image is cut off', () => {
    expect(filled([[-3, -2, -3, 99, 1, 99, 1, -2]])).toEqual(['0: 0–6']);
  });
});
