/**
 * Segments a folder of images, start and loading included: images a second, processor time, memory, and what computed.
 *
 * npm run bench:folder -- --model small-1.lacss --images FOLDER [--networks measured|1|2] [--diameter 32] [--repeat 1]
 *
 * --diameter is what the cells are taken to measure: 32 sends every pixel through the network as it is. --repeat takes every image
 * so many times, under other names.
 */
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { segmentFolder } from '../../src-main/workers/jobs/segment-folder.ts';

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    images: { type: 'string' },
    networks: { type: 'string', default: 'measured' },
    diameter: { type: 'string' },
    repeat: { type: 'string', default: '1' },
  },
});
if (values.model === undefined || values.images === undefined) {
  throw new RangeError('--model and --images are needed');
}

const networks = values.networks === 'measured' ? 'measured' : values.networks === '1' ? 1 : 2;
const folder = mkdtempSync(join(tmpdir(), 'lacss-bench-'));
try {
  for (const name of readdirSync(values.images)) {
    for (let copy = 0; copy < Number(values.repeat); copy++) {
      copyFileSync(join(values.images, name), join(folder, `${copy}-${name}`));
    }
  }
  const startedMs = performance.now();
  const cpu = process.cpuUsage();
  const { done, failures, computedBy } = await segmentFolder(
    {
      modelPath: values.model,
      paths: [folder],
      output: join(folder, 'found'),
      engine: 'onnx',
      networks,
      ...(values.diameter === undefined ? {} : { diameterPx: Number(values.diameter) }),
    },
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
  const seconds = (performance.now() - startedMs) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  console.log(
    JSON.stringify({
      images: done.length,
      failed: failures.length,
      cells: done.reduce((sum, { cells }) => sum + cells, 0),
      seconds: Number(seconds.toFixed(2)),
      imagesPerS: Number((done.length / seconds).toFixed(2)),
      cpuSeconds: Number(((user + system) / 1e6).toFixed(1)),
      peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
      computedBy,
    }),
  );
} finally {
  rmSync(folder, { recursive: true });
}
