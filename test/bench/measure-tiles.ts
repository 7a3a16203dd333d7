/**
 * What a window reads of a large image: `npx tsx test/bench/measure-tiles.ts [SIDE]`. The file has tiles of
 * 256 px, 16 bits, deflated, and two smaller copies. Each measurement runs in its own process.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import { createProject } from '../../src-main/project/create-project.ts';
import { openProject } from '../../src-main/project/open-project.ts';
import type { Project } from '../../src-main/project/project.ts';
import { readImageGroup } from '../../src-main/project/read-image-group.ts';
import { addImages } from '../../src-main/tasks/images/add-images.ts';
import { tileOf } from '../../src-main/tasks/images/image-planes.ts';

const side = 256;
const control = { signal: new AbortController().signal, onProgress: () => undefined };

/** Measurements by name. */
const measures: Record<string, (project: Project, file: string) => Promise<unknown>> = {
  'nothing (start of the process)': () => Promise.resolve(),
  'first tile of level 1': (project) => askTile(project, 1, control.signal),
  'first tile of level 3': (project) => askTile(project, 3, control.signal),
  'first tile of level 3, cancelled after 200 ms': (project) => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 200);
    return askTile(project, 3, stop.signal).catch(() => undefined);
  },
  'inspect the file': (_, file) => readImageGroup({ name: 'a', files: [{ path: file, channel: null }] }),
};

function askTile(project: Project, level: number, signal: AbortSignal): Promise<Uint16Array> {
  const [image] = project.manifest.images;
  return tileOf(project, image!, { t: 0, z: 0, c: 0 }, { level, top: 0, left: 0 }, signal);
}

/** A TIFF with tiles and two copies, from a pattern with some noise. */
function pyramid(size: number): Buffer {
  const parts: Buffer[] = [];
  let end = 8;
  const put = (bytes: Buffer): number => {
    const at = end;
    parts.push(bytes, Buffer.alloc(bytes.length % 2));
    end += bytes.length + (bytes.length % 2);
    return at;
  };
  const levels = [size, size / 2, size / 4].map((px, level) => {
    const places: number[] = [];
    const counts: number[] = [];
    for (let i = 0; i < Math.ceil(px / side) ** 2; i++) {
      const tile = Uint16Array.from(
        { length: side * side },
        (_, k) => 1000 + (k % side) + (((k + i) * 40503) % 97),
      );
      const packed = deflateSync(Buffer.from(tile.buffer), { level: 1 });
      places.push(put(packed));
      counts.push(packed.length);
    }
    const table = (values: number[]): number => put(Buffer.from(Uint32Array.from(values).buffer));
    return { px, level, tiles: places.length, places: table(places), counts: table(counts) };
  });
  const directories = levels.map(({ px, level, tiles, places, counts }) => {
    const tags = [
      [254, level === 0 ? 0 : 1],
      [256, px],
      [257, px],
      [258, 16],
      [259, 8],
      [262, 1],
      [277, 1],
      [322, side],
      [323, side],
      [324, places, tiles],
      [325, counts, tiles],
    ];
    const bytes = Buffer.alloc(6 + 12 * tags.length);
    bytes.writeUInt16LE(tags.length);
    tags.forEach(([tag, value, count = 1], i) => {
      bytes.writeUInt16LE(tag!, 2 + 12 * i);
      bytes.writeUInt16LE(4, 4 + 12 * i);
      bytes.writeUInt32LE(count, 6 + 12 * i);
      bytes.writeUInt32LE(value!, 10 + 12 * i);
    });
    return { bytes, at: put(bytes) };
  });
  directories.forEach(({ bytes }, i) => bytes.writeUInt32LE(directories[i + 1]?.at ?? 0, bytes.length - 4));
  const head = Buffer.alloc(8);
  head.write('II', 'latin1');
  head.writeUInt16LE(42, 2);
  head.writeUInt32LE(directories[0]!.at, 4);
  return Buffer.concat([head, ...parts]);
}

/** Bytes that this process has read, of everything. */
function bytesRead(): number {
  return Number(/rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}

const [first = '8192', folder, file] = process.argv.slice(2);
if (folder !== undefined && file !== undefined) {
  const project = await openProject(folder, { purpose: 'a bench', access: 'read' });
  const [start, read] = [performance.now(), bytesRead()];
  await measures[first]!(project, file);
  const ms = performance.now() - start;
  // What still runs after a cancel counts, too.
  process.on('beforeExit', () => {
    const cpuMs = process.cpuUsage().user / 1000;
    process.stdout.write(
      JSON.stringify({
        ms,
        cpuMs,
        mb: (bytesRead() - read) / 1e6,
        peakMb: process.resourceUsage().maxRSS / 1e3,
      }),
    );
    process.exit();
  });
} else {
  const root = mkdtempSync(join(tmpdir(), 'lacss-tiles-'));
  try {
    const path = join(root, 'large.tif');
    writeFileSync(path, pyramid(Number(first)));
    const project = await createProject(join(root, 'project'), 'a bench');
    const { failures } = await addImages(project, { paths: [path] }, control);
    if (failures.length > 0) throw new Error(JSON.stringify(failures));
    await project.close();
    for (const name of Object.keys(measures)) {
      const args = ['tsx', fileURLToPath(import.meta.url), name, project.folder, path];
      const { stdout, stderr } = spawnSync('npx', args, { encoding: 'utf8' });
      if (stdout === '') throw new Error(stderr);
      const { ms, cpuMs, mb, peakMb } = JSON.parse(stdout) as Record<string, number>;
      const figures = [`${ms!.toFixed(0)} ms`, `${cpuMs!.toFixed(0)} ms of CPU`, `read ${mb!.toFixed(1)} MB`];
      process.stdout.write(`${name}: ${[...figures, `peak ${peakMb!.toFixed(0)} MB`].join(', ')}\n`);
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
