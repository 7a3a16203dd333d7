/**
 * Measures how long edits of cells take until they are on the disk, in an image of 2048² px with 3,000 cells.
 *
 * npx tsx test/bench/measure-review.ts
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CellEdit } from '../../src-main/contract/review-document.ts';
import { writeTiff } from '../../src-main/imaging/tiff/write-tiff.ts';
import { createProject } from '../../src-main/project/create-project.ts';
import { predictionFiles } from '../../src-main/project/prediction-store.ts';
import { writeFileAtomically } from '../../src-main/project/write-file-atomically.ts';
import { addImages } from '../../src-main/tasks/images/add-images.ts';
import { editShapes, setCellState } from '../../src-main/tasks/review/edit-review.ts';
import { readReview } from '../../src-main/tasks/review/review-view.ts';
import { median } from './median.ts';

const side = 2048;
const pitch = 37;
const repeats = 20;
const { signal } = new AbortController();
const folder = mkdtempSync(join(tmpdir(), 'lacss-bench-'));

const data = new Int32Array(side * side);
const locations: number[] = [];
for (let cell = 0; cell < 3000; cell++) {
  const [cy, cx] = [18 + Math.floor(cell / 55) * pitch, 18 + (cell % 55) * pitch];
  locations.push(cy, cx);
  for (let y = cy - 16; y <= cy + 16; y++) {
    const half = Math.floor(Math.sqrt(16.5 ** 2 - (y - cy) ** 2));
    data.fill(cell + 1, y * side + cx - half, y * side + cx + half + 1);
  }
}
const tiff = writeTiff(
  {
    height: side,
    width: side,
    dtype: 'uint8',
    sizes: { t: 1, z: 1, c: 1 },
    planes: [new Uint8Array(side * side)],
    channelNames: ['Cells'],
    pixelSizeUm: null,
  },
  { description: 'ome' },
);
await writeFileAtomically(join(folder, 'image.tif'), tiff);
const project = await createProject(join(folder, 'project'), 'a bench');
await addImages(project, { paths: [join(folder, 'image.tif')] }, { signal, onProgress: () => undefined });
const [image] = project.manifest.images;
await project.prediction('small-1', image!).write(
  {
    imageName: 'image',
    imageSha256: ['0'.repeat(64)],
    weightsSha256: '1'.repeat(64),
    parameters: {},
    cells: 3000,
    elapsedMs: 1,
    at: '2026-01-01T00:00:00.000Z',
  },
  predictionFiles({
    labels: { height: side, width: side, data },
    scores: new Float32Array(3000).fill(0.9),
    locations: Float32Array.from(locations),
  }),
);

async function timed(name: string, work: (turn: number) => Promise<unknown>, turns = repeats): Promise<void> {
  const times: number[] = [];
  const cpu = process.cpuUsage();
  for (let turn = 0; turn < turns; turn++) {
    const start = performance.now();
    await work(turn);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const { user, system } = process.cpuUsage(cpu);
  const computed = (user + system) / 1000 / turns;
  console.log(
    `${name.padEnd(28)} median ${median(times).toFixed(0)} ms, slowest ${times.at(-1)!.toFixed(0)} ms, CPU ${computed.toFixed(0)} ms`,
  );
}

let lookedAt = { prediction: { model: 'small-1', madeAt: '2026-01-01T00:00:00.000Z' }, revision: 0 };
const change = async (edit: CellEdit) => {
  const { revision } = await editShapes(project, image!.id, lookedAt, edit, randomUUID());
  lookedAt = { ...lookedAt, revision };
};
const judge = async (ids: number[], state: 'accepted' | 'rejected') => {
  const { revision } = await setCellState(project, image!.id, lookedAt, { ids, state }, randomUUID());
  lookedAt = { ...lookedAt, revision };
};

await timed('read, first', () => readReview(project, image!.id), 1);
await timed('read, again', () => readReview(project, image!.id));
await timed('accept a cell', (turn) => judge([turn + 1], 'accepted'));
await timed('brush a cell', (turn) => {
  const [y, x] = [locations[2 * (turn + 100)]!, locations[2 * (turn + 100) + 1]!];
  const path = [y, x + 14, y + 8, x + 14];
  return change({ kind: 'brush', id: turn + 101, path, radiusPx: 6, mode: 'add', push: true });
});
await timed('cut a cell', (turn) => {
  const [y, x] = [locations[2 * (turn + 200)]!, locations[2 * (turn + 200) + 1]!];
  return change({ kind: 'cut', ids: [turn + 201], path: [y - 20, x, y + 20, x] });
});
await timed(
  'accept all',
  () =>
    judge(
      Array.from({ length: 2000 }, (_, i) => i + 1001),
      'accepted',
    ),
  1,
);
await timed(
  'smooth 1000 cells',
  () => {
    return change({ kind: 'smooth', ids: Array.from({ length: 1000 }, (_, i) => i + 1001) });
  },
  1,
);
await timed('brush, 1000 cells with masks', (turn) => {
  const [y, x] = [locations[2 * (turn + 300)]!, locations[2 * (turn + 300) + 1]!];
  const path = [y, x + 14, y + 8, x + 14];
  return change({ kind: 'brush', id: turn + 301, path, radiusPx: 6, mode: 'add', push: true });
});
const history = project.path('annotations', image!.id, 'history');
const bytes = readdirSync(history).reduce((sum, name) => sum + statSync(join(history, name)).size, 0);
console.log(`history: ${lookedAt.revision} edits, ${Math.round(bytes / 1024)} kB`);
await project.close();
rmSync(folder, { recursive: true });
