import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseToFirstFault } from '../../src-main/contract/parse-to-first-fault.ts';
import { readCoco } from '../../src-main/formats/coco.ts';
import { readGeojson } from '../../src-main/formats/geojson.ts';
import { projectManifestSchema } from '../../src-main/contract/project-files.ts';

const cell = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('dot'), at: z.tuple([z.number(), z.number()]).rest(z.number()) }),
  z.strictObject({ kind: z.literal('ring'), points: z.array(z.tuple([z.number(), z.number()])) }),
]);
const schema = z.object({
  cells: z.array(cell).optional(),
  byName: z.record(z.string(), z.union([z.string(), z.array(z.number())])).default({}),
  size: z
    .number()
    .max(9)
    .nullable()
    .transform((size) => size ?? 1),
});

test('a sound value is parsed as by zod', () => {
  const cells = [
    { kind: 'dot', at: [1, 2, 3] },
    { kind: 'ring', points: [[1, 2]] },
  ];
  for (const value of [{ cells, size: 3 }, { size: null }, { byName: { a: 'b', c: [1] }, size: 2 }])
    expect(parseToFirstFault(schema, value)).toEqual(schema.safeParse(value));
});

test.each([
  [{ cells: 3, size: 1 }, 'cells'],
  [{ cells: [{ kind: 'dot', at: [1, 'x', 'y'] }, 3], size: 1 }, 'cells.0.at.1'],
  [{ cells: [{ kind: 'dot', at: [1, 2, 'x'] }], size: 1 }, 'cells.0.at.2'],
  [{ cells: [{ kind: 'ring', points: [[1, 2], [1], []] }], size: 1 }, 'cells.0.points.1'],
  [{ cells: [{ kind: 'line' }], size: 1 }, 'cells.0.kind'],
  [{ cells: [{ kind: 'dot', at: [1, 2], other: 1 }], size: 1 }, 'cells.0'],
  [{ byName: { a: [1, 'x'] }, size: 1 }, 'byName.a.1'],
  [{ byName: [], size: 1 }, 'byName'],
  [{ size: 10 }, 'size'],
  [{}, 'size'],
  [null, ''],
])('the first fault is told: %j', (value, path) => {
  const { error } = parseToFirstFault(schema, value);
  expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
});

describe('a file with a million faults ends at the first one', () => {
  const many = (item: string): string => `${`${item},`.repeat(1e6)}${item}`;
  /** Faults of zod take over 100 bytes each. */
  const grownMb = (work: () => void): number => {
    const before = process.memoryUsage().rss;
    work();
    return (process.memoryUsage().rss - before) / 1e6;
  };
  test.each<[string, () => unknown]>([
    ['images of COCO', () => readCoco(`{"images":[${many('{}')}],"annotations":[]}`, 'x')],
    [
      'polygons of COCO',
      () => readCoco(`{"images":[],"annotations":[{"image_id":1,"segmentation":[${many('[]')}]}]}`, 'x'),
    ],
    [
      'positions of GeoJSON',
      () => readGeojson(`[{"geometry":{"type":"Polygon","coordinates":[[${many('[]')}]]}}]`, 'x', 9, 9),
    ],
  ])('%s', (_, read) => {
    expect(grownMb(() => expect(read).toThrow(/is not a/))).toBeLessThan(350);
  });

  test('images of a project', () => {
    const manifest: unknown = JSON.parse(`{"images":[${many('{}')}]}`);
    expect(parseToFirstFault(projectManifestSchema, manifest).error?.issues).toHaveLength(1);
  });
});
