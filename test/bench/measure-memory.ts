/**
 * What adding and showing an image takes at most: `npx tsx test/bench/measure-memory.ts FILE…`, or without a file, of a flat
 * image of 16384² px in one deflated strip of 16 bits. Each file is measured in a process of its own.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import { createProject } from '../../src-main/project/create-project.ts';
import { add } from '../../src-main/tasks/images/add.ts';
import { displayImage } from '../../src-main/tasks/images/display-image.ts';
import { thumbnail } from '../../src-main/tasks/images/thumbnail.ts';
import { tile } from '../../src-main/tasks/images/tile.ts';
import { tiffOfPages } from '../fixtures/tiff-of-pages.ts';

const side = 16_384;

function tell(step: string): void {
  console.log(`${step.padEnd(10)} ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
}

async function measure(file: string, folder: string): Promise<void> {
  tell('start');
  const project = await createProject(join(folder, 'project'), 'measured');
  const control = { signal: new AbortController().signal, onProgress: () => undefined };
  const { failures } = await add(project, { paths: [file] }, control);
  if (failures.length > 0) throw new Error(JSON.stringify(failures));
  tell('add');
  const image = project.manifest.images[0].id;
  const { levels, height } = await displayImage(project, image);
  tell('display');
  for (let level = levels - 1; level >= 0; level--) {
    const rows = Math.min(3, Math.ceil(height / 2 ** level / 512));
    for (let row = 0; row < rows; row++)
      await tile(project, { image, t: 0, z: 0, c: 0, level, row, column: 0 });
  }
  tell('tiles');
  await thumbnail(project, image, 128);
  tell('thumbnail');
}

const folder = mkdtempSync(join(tmpdir(), 'lacss-memory-'));
try {
  const [first, ...others] = process.argv.slice(2);
  if (first === '--one') {
    await measure(others[0], folder);
  } else {
    let files = process.argv.slice(2);
    if (first === undefined) {
      const pixels = new Uint8Array(deflateSync(new Uint8Array(2 * side * side)));
      files = [join(folder, 'flat.tif')];
      writeFileSync(files[0], tiffOfPages([{ width: side, height: side, pixels, bits: 16, compression: 8 }]));
    }
    for (const file of files) {
      console.log(file);
      const script = fileURLToPath(import.meta.url);
      spawnSync('npx', ['tsx', script, '--one', file], { stdio: 'inherit' });
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
