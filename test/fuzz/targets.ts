import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import { parseLocationsCsv } from '../../src-main/annotation/parse-locations-csv.ts';
import { LacssError } from '../../src-main/contract/errors.ts';
import { parsePixelUrl } from '../../src-main/contract/urls.ts';
import { decodeMessage, encodeMessage } from '../../src-main/contract/wire.ts';
import { readCoco } from '../../src-main/formats/coco.ts';
import { geojson, readGeojson } from '../../src-main/formats/geojson.ts';
import { imagejRoiZip, readImagejRoiZip } from '../../src-main/formats/imagej-roi-zip.ts';
import { encodeImageJRoi } from '../../src-main/formats/imagej-roi.ts';
import { readOutlinesText } from '../../src-main/formats/read-outlines-text.ts';
import { traceContours } from '../../src-main/imaging/contours/trace-contours.ts';
import { readNpyLabels } from '../../src-main/formats/read-npy-labels.ts';
import { Session } from '../../src-main/host/session.ts';
import { packModel } from '../../src-main/project/model-file.ts';
import { loadModelFrom } from '../../src-main/project/model-store.ts';
import { readImageGroup } from '../../src-main/project/read-image-group.ts';
import { readLabelFile } from '../../src-main/project/read-label-image.ts';
import { readWindowState } from '../../src-main/shell/window-state.ts';
import {
  folderLogName,
  partLogName,
  readFolderLog,
  readPartLog,
} from '../../src-main/tasks/segmenting/folder-log.ts';
import { readPreview } from '../../src-main/tasks/training/training-previews.ts';
import { decodeCheckpoint } from '../../src-main/training/checkpoint.ts';
import { storedModel } from '../fixtures/stored-model.ts';
import { checkpointBytes } from './checkpoint-bytes.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { hostileSeeds } from './hostile-seeds.ts';
import { projectTargets } from './project-target.ts';
import { sampleRequests } from './sample-requests.ts';

/** Side of the image that shapes belong to, px. */
const side = 10;
const hostile = hostileSeeds(side);

const golden = fileURLToPath(new URL('../golden/', import.meta.url));

/** Small files of one kind that other programs wrote. */
async function goldens(folder: string, ending: string): Promise<Uint8Array[]> {
  const names = (await readdir(join(golden, folder))).filter((name) => name.endsWith(ending)).sort();
  return Promise.all(names.map(async (name) => Uint8Array.from(await readFile(join(golden, folder, name)))));
}

/** Writes the input to a file, because the program passes files to these readers. */
async function asFile(input: Uint8Array, folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, input);
  return path;
}

const text = (input: Uint8Array): string => new TextDecoder().decode(input);

/** Every reader of external data. */
export const fuzzTargets: readonly FuzzTarget[] = [
  {
    name: 'tiff',
    seeds: async () => [
      ...(await goldens('tiff', '.tif')),
      ...(await goldens('jpeg', '.tif')),
      ...(await goldens('ndtiff', '.tif')),
    ],
    read: async (input, folder) => {
      const path = await asFile(input, folder, 'image.tif');
      await readImageGroup({ name: 'image', files: [{ path, channel: null }] });
    },
  },
  {
    name: 'png',
    seeds: () => goldens('png', '.png'),
    read: async (input, folder) => {
      const path = await asFile(input, folder, 'image.png');
      await readImageGroup({ name: 'image', files: [{ path, channel: null }] });
    },
  },
  {
    name: 'label-image',
    seeds: async () => [
      ...(await goldens('export', 'labels.tif')),
      ...(await goldens('tiff', 'labels.tif')),
      ...hostile['label-image'],
    ],
    read: async (input, folder) => {
      const path = await asFile(input, folder, 'labels.tif');
      await readLabelFile(path);
    },
  },
  {
    name: 'model-file',
    seeds: () => Promise.resolve([packModel(storedModel('a', 1)), packModel(storedModel('b', 2))]),
    read: async (input, folder) => loadModelFrom(await asFile(input, folder, 'model.lacss')),
  },
  {
    name: 'checkpoint',
    seeds: () => Promise.resolve([checkpointBytes()]),
    read: (input) => Promise.resolve(decodeCheckpoint(input)),
  },
  {
    name: 'locations-csv',
    seeds: () =>
      Promise.resolve([
        new TextEncoder().encode('y,x\n1.5,2\n3,4.25\n'),
        new TextEncoder().encode('x;y\r\n1;2\r\n'),
        ...hostile['locations-csv'],
      ]),
    read: (input) => Promise.resolve(parseLocationsCsv(text(input), 'points.csv', { height: 10, width: 10 })),
  },
  {
    name: 'numpy',
    seeds: async () => [...(await goldens('import', '.npy')), ...hostile.numpy],
    read: (input) => Promise.resolve(readNpyLabels(input, 'cells.npy')),
  },
  {
    name: 'imagej-regions',
    seeds: () =>
      Promise.resolve([imagejRoiZip(twoCells), encodeImageJRoi(twoPieces), ...hostile['imagej-regions']]),
    read: (input) => Promise.resolve(readImagejRoiZip(input, 'cells.zip', side, side)),
  },
  {
    name: 'geojson',
    seeds: () => Promise.resolve([new TextEncoder().encode(geojson(twoCells)), ...hostile.geojson]),
    read: (input) => Promise.resolve(readGeojson(text(input), 'cells.geojson', side, side)),
  },
  {
    name: 'outlines-text',
    seeds: () =>
      Promise.resolve([
        new TextEncoder().encode('1,1,4,1,4,4,1,4\r\n\r\n6,6,9,6,9,9\r\n'),
        ...hostile['outlines-text'],
      ]),
    read: (input) => Promise.resolve(readOutlinesText(text(input), 'cells.txt', side, side)),
  },
  {
    name: 'coco',
    seeds: () => Promise.resolve([new TextEncoder().encode(JSON.stringify(cocoSample)), ...hostile.coco]),
    read: (input) =>
      Promise.resolve([...readCoco(text(input), 'cells.json').values()].map((one) => one.labels())),
  },
  {
    name: 'folder-log',
    seeds: () => Promise.resolve([{ ...folderLog, ...ofPart }, logLine].map(jsonLine)),
    read: async (input, folder) => {
      await writeFile(join(folder, folderLogName), input);
      await writeFile(join(folder, partLogName(part)), input);
      const logs = await Promise.allSettled([readFolderLog(folder), readPartLog(folder, part)]);
      await writeFile(join(folder, folderLogName), jsonLine(folderLog));
      await writeFile(join(folder, `${folderLogName}l`), input);
      await readFolderLog(folder);
      for (const log of logs) if (log.status === 'rejected') throw log.reason;
    },
  },
  {
    name: 'preview',
    seeds: () => Promise.resolve([encodeMessage(preview)]),
    read: async (input, folder) => {
      await mkdir(join(folder, 'previews'));
      await writeFile(join(folder, 'previews/1.contours'), input);
      await writeFile(join(folder, 'previews/2.contours'), deflateSync(input));
      return [await readPreview(folder, 1), await readPreview(folder, 2)];
    },
  },
  {
    name: 'window-state',
    seeds: () => Promise.resolve([jsonLine({ x: 10, y: 20, width: 1440, height: 900, maximized: false })]),
    read: async (input, folder) => readWindowState(await asFile(input, folder, 'window.json')),
  },
  {
    name: 'pixel-address',
    seeds: () =>
      Promise.resolve([
        new TextEncoder().encode('tile/a1b2c3/field%201/0f0f/0/0/1/0/3/7'),
        new TextEncoder().encode('thumbnail/a1b2c3/%2e%2e%2fescaped/0f0f/192'),
      ]),
    read: (input) => Promise.resolve(parsePixelUrl(text(input))),
  },
  {
    name: 'request',
    seeds: () => Promise.resolve(sampleRequests(requestPlace).map((message) => encodeMessage(message))),
    read: async (input) => {
      let message: unknown;
      try {
        message = decodeMessage(input);
      } catch (error) {
        // The server closes a connection that sends no message.
        if (error instanceof TypeError || error instanceof RangeError)
          throw new LacssError('request-invalid', error.message);
        throw error;
      }
      await answer(message);
    },
  },
  ...projectTargets,
];

const requestPlace = {
  project: 'a1b2c3',
  image: 'field-1',
  model: 'tiny-1',
  folder: '/home/someone/project',
  parent: '/home/someone',
  point: 'p1',
  maskSha256: '0'.repeat(64),
};

/** Two cells, one with a hole. */
const twoCells = traceContours({
  height: side,
  width: side,
  data: Int32Array.from({ length: side * side }, (_, i) => {
    const [y, x] = [Math.floor(i / side), i % side];
    if (y > 0 && y < 5 && x > 0 && x < 5) return y === 2 && x === 2 ? 0 : 1;
    return y > 6 && x > 6 ? 2 : 0;
  }),
});
const twoPieces = {
  name: '1',
  rings: [
    [1, 1, 1, 4, 4, 4, 4, 1],
    [6, 6, 6, 9, 9, 9],
  ],
};

function jsonLine(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value)}\n`);
}

const record = {
  imageName: 'field-1',
  imageSha256: ['0'.repeat(64)],
  weightsSha256: '0'.repeat(64),
  parameters: { minScore: 0.3 },
  cells: 3,
  elapsedMs: 5,
  at: new Date(0).toISOString(),
};
const part = { index: 1, of: 2 };
const folderLog = { images: { 'field-1': record }, files: { 'field-1': 'field-1.tif' } };
const failure = { code: 'file-damaged', message: 'field-2.tif is damaged.' };
const ofPart = { wanted: ['field-1', 'field-2'], failures: [failure], isComplete: false };
const logLine = { name: 'field-2', file: 'field-2.tif', record };

const preview = {
  epoch: 1,
  image: 'field-1',
  contours: {
    points: Float32Array.of(1, 1, 1, 4, 4, 4),
    ringStarts: Uint32Array.of(0),
    ringLabels: Uint32Array.of(1),
  },
  scores: Float32Array.of(0.9),
};

const cocoSample = {
  images: [{ id: 1, file_name: 'a.tif', height: 10, width: 10 }],
  annotations: [
    {
      id: 1,
      image_id: 1,
      category_id: 1,
      segmentation: [[1, 1, 1, 4, 4, 4, 4, 1]],
      area: 9,
      bbox: [1, 1, 3, 3],
      iscrowd: 0,
    },
  ],
  categories: [{ id: 1, name: 'cell' }],
};

/** Passes a message to a session whose handlers answer nothing: this tests only the session's checks. */
function answer(message: unknown): Promise<void> {
  const handlers = new Proxy({}, { get: () => () => null });
  return new Promise((resolve, reject) => {
    const session = new Session(1, handlers as never, (sent) => {
      if (sent.type === 'error' && sent.failure.code === 'internal') reject(new Error(sent.failure.message));
      else resolve();
    });
    session.receive(message);
    setImmediate(resolve);
  });
}
