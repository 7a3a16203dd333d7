/**
 * Segments a folder of images, start and loading included. Prints images per second, processor time, memory,
 * and the engine.
 *
 * npm run bench:folder -- --model small-1.lacss --images FOLDER [--networks measured|1|2] [--diameter 32]
 * [--repeat 1]
 *
 * --diameter is the assumed diameter of the cells: 32 sends every pixel through the network unscaled.
 * --repeat uses every image this many times, under other names.
 */
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureFolder } from './measure-folder.ts';

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    images: { type: 'string' },
    networks: { type: 'string', default: 'measured' },
    diameter: { type: 'string' },
    repeat: { type: 'string', default: '1' },
  },
});
const { model, images, networks, diameter, repeat } = values;
if (model === undefined || images === undefined) throw new RangeError('--model and --images are needed');
if (!['measured', '1', '2'].includes(networks)) {
  throw new RangeError(`--networks: expected measured, 1 or 2, received ${networks}`);
}

const folder = mkdtempSync(join(tmpdir(), 'lacss-bench-'));
try {
  for (const name of readdirSync(images)) {
    for (let copy = 0; copy < Number(repeat); copy++)
      copyFileSync(join(images, name), join(folder, `${copy}-${name}`));
  }
  const figures = await measureFolder({
    modelPath: model,
    paths: [folder],
    networks: networks === 'measured' ? 'measured' : networks === '1' ? 1 : 2,
    ...(diameter === undefined ? {} : { diameterPx: Number(diameter) }),
  });
  const peakResidentMb = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(JSON.stringify({ ...figures, peakResidentMb }, null, 2));
} finally {
  rmSync(folder, { recursive: true });
}
