/**
 * Peak memory and time of each stage of an image: `npx tsx test/bench/measure-memory.ts [--stages] FILE…`.
 * Each stage runs in its own process. Without `--stages` images are only added and shown. Without a file it
 * measures a flat image of 16384² px in one deflated strip of 16 bits, and with `--stages` also one of cells.
 * `--only add,cells,review` measures single stages. `cells` replaces the network, `full` is a foreground of
 * all pixels.
 */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { deflateSync } from 'node:zlib';
import { exportFormatNames } from '../../src-main/contract/choices.ts';
import { emptyPackedMask, fillBits } from '../../src-main/contract/packed-mask.ts';
import type { LabelRuns, Segmentation } from '../../src-main/contract/pixels.ts';
import { LabelRunsBuilder } from '../../src-main/imaging/label/label-runs-builder.ts';
import { createProject } from '../../src-main/project/create-project.ts';
import { shippedModelPath } from '../../src-main/project/included-model-path.ts';
import { ModelStore } from '../../src-main/project/model-store.ts';
import { predictionFiles } from '../../src-main/project/prediction-store.ts';
import { openProject } from '../../src-main/project/open-project.ts';
import type { Project } from '../../src-main/project/project.ts';
import { paintForeground } from '../../src-main/tasks/foreground/edit-foreground.ts';
import { makeForegrounds } from '../../src-main/tasks/foreground/make-foregrounds.ts';
import { readForeground } from '../../src-main/tasks/foreground/read-foreground.ts';
import { addImages } from '../../src-main/tasks/images/add-images.ts';
import { attachLabelFile } from '../../src-main/tasks/images/attach-labels.ts';
import { displayImage } from '../../src-main/tasks/images/display-image.ts';
import { readLabels } from '../../src-main/tasks/images/read-labels.ts';
import { thumbnail } from '../../src-main/tasks/images/thumbnail.ts';
import { tile } from '../../src-main/tasks/images/tile.ts';
import { importFile } from '../../src-main/tasks/imports/import-file.ts';
import { locateCells } from '../../src-main/tasks/locations/locate-cells.ts';
import { readLocations } from '../../src-main/tasks/locations/read-locations.ts';
import { compareCells } from '../../src-main/tasks/results/compare-cells.ts';
import { evaluateImages } from '../../src-main/tasks/results/evaluate-images.ts';
import { exportCells } from '../../src-main/tasks/results/export-cells.ts';
import { exportReviews } from '../../src-main/tasks/review/list-cells.ts';
import { nextImages } from '../../src-main/tasks/review/next-images.ts';
import { openReview } from '../../src-main/tasks/review/open-review.ts';
import { readReview } from '../../src-main/tasks/review/review-view.ts';
import { segmentProject } from '../../src-main/tasks/segmenting/segment-project.ts';
import { teachModel } from '../../src-main/tasks/training/teach-model.ts';
import { trainOnProject } from '../../src-main/tasks/training/train-on-project.ts';
import { tiffOfPages } from '../fixtures/tiff-of-pages.ts';
import { judgeCells } from '../tasks/judge-cells.ts';
import { largeCellStages } from './large-cell-stages.ts';

/** Sides of the generated images, px. */
const defaultSides = '16384';
/** The generated disks, px. */
const pitch = 96;
const radius = 30;
const control = { signal: new AbortController().signal, onProgress: () => undefined };

/** The stages, each with a description of its result. */
const stages: Record<string, (project: Project, file: string) => Promise<string>> = {
  add: async (project: Project, file: string): Promise<string> => {
    const { failures } = await addImages(
      project,
      { paths: [file], roles: { nuclei: 0, cells: null } },
      control,
    );
    if (failures.length > 0) throw new Error(JSON.stringify(failures));
    const image = project.manifest.images[0]!;
    // One channel serves as both.
    await project.update((manifest) => ({
      ...manifest,
      images: manifest.images.map((entry) => ({ ...entry, roles: { cells: 0, nuclei: 0 } })),
    }));
    return `${image.width} × ${image.height} px`;
  },
  show: async (project: Project): Promise<string> => {
    const image = project.manifest.images[0]!.id;
    const { levels, height } = await displayImage(project, image);
    for (let level = levels - 1; level >= 0; level--) {
      const rows = Math.min(3, Math.ceil(height / 2 ** level / 512));
      for (let row = 0; row < rows; row++)
        await tile(project, { image, t: 0, z: 0, c: 0, level, row, column: 0 });
    }
    await thumbnail(project, image, 128);
    return `${levels} levels`;
  },
  foreground: async (project: Project): Promise<string> => {
    const { done, failures } = await makeForegrounds(project, { choice: { kind: 'best' } }, control);
    if (failures.length > 0) throw new Error(JSON.stringify(failures));
    return `${(100 * done[0]!.fraction).toFixed(1)} %`;
  },
  // The largest possible foreground, for `paint` after it.
  full: async (project: Project): Promise<string> => {
    const image = project.manifest.images[0]!;
    const value = emptyPackedMask(image.height, image.width);
    fillBits(value.bits, 1, 0, image.height * image.width);
    const source = { method: 'file', by: 'person', parameters: {} } as const;
    await project.annotation(image).edit('Fill', { foreground: { value, source } });
    const { fraction } = await readForeground(project, image.id);
    return `${(100 * fraction).toFixed(1)} %`;
  },
  paint: async (project: Project): Promise<string> => {
    const image = project.manifest.images[0]!;
    for (const mode of ['add', 'erase'] as const) {
      const { sha256 } = await readForeground(project, image.id);
      const stroke = { mode, radiusPx: 200, path: Float32Array.of(300, 300, 900, 900) };
      await paintForeground(project, image, { kind: 'saved', sha256 }, [stroke], randomUUID());
    }
    const { fraction } = await readForeground(project, image.id);
    return `${(100 * fraction).toFixed(1)} %`;
  },
  locate: async (project: Project): Promise<string> => {
    const { done, failures } = await locateCells(
      project,
      { choice: { kind: 'difference-of-gaussians' } },
      control,
    );
    if (failures.length > 0) throw new Error(JSON.stringify(failures));
    return `${done[0]!.count} points`;
  },
  segment: async (project: Project): Promise<string> => {
    const models = new ModelStore(project.path('models'));
    const model = await models.importFile(shippedModelPath);
    // The generated disks. The result must not depend on how often their size is corrected.
    const { done, failures } = await segmentProject(
      project,
      { model, engine: 'auto', diameterPx: 60 },
      control,
    );
    if (failures.length > 0) throw new Error(JSON.stringify(failures));
    return `${done[0]!.cells} cells`;
  },
  // The generated disks as cells, to measure only what follows the network.
  cells: async (project: Project): Promise<string> => {
    const image = project.manifest.images[0]!;
    const found = disksOf(image);
    const files = image.files.map(({ sha256 }) => sha256);
    await project.prediction('disks', image).write(
      {
        imageName: image.name,
        imageSha256: files,
        weightsSha256: '0'.repeat(64),
        parameters: {},
        cells: found.scores.length,
        elapsedMs: 1,
        at: new Date().toISOString(),
      },
      predictionFiles(found),
    );
    return `${found.scores.length} cells`;
  },
  ...Object.fromEntries(
    exportFormatNames.map((format) => [
      `export ${format}`,
      async (project: Project): Promise<string> => {
        const { cells, failures } = await exportCells(project, { formats: [format] }, control);
        if (failures.length > 0) throw new Error(JSON.stringify(failures));
        return `${cells} cells`;
      },
    ]),
  ),
  // After `export label-tiff`: imports its file as the label image.
  labels: async (project: Project): Promise<string> => {
    const image = project.manifest.images[0]!;
    const path = project.path('exports', `${image.name}_labels.tif`);
    const { cells } = await attachLabelFile(project, image, path);
    return `${cells} cells`;
  },
  // After `labels`: judges the cells under review and compares them with the labels.
  evaluate: async (project: Project): Promise<string> => {
    const { pooled, failures } = await evaluateImages(project, { model: null }, control);
    if (failures.length > 0) throw new Error(JSON.stringify(failures));
    return `F1 ${pooled.field.f1AtThreshold[0]}`;
  },
  compare: async (project: Project): Promise<string> => {
    const image = project.manifest.images[0]!.id;
    const pair = { found: null, truth: null, minScore: 0 };
    const { agreeing } = await compareCells(project, { project: '', image, ...pair }, control.signal);
    return `${agreeing} agree`;
  },
  'show labels': async (project: Project): Promise<string> => {
    const labels = await readLabels(project, project.manifest.images[0]!.id);
    return `${labels!.contours.ringLabels.length} rings`;
  },
  // After `labels`, or after foreground and locations.
  train: async (project: Project): Promise<string> => {
    const until = { kind: 'steps', steps: 3 } as const;
    const params = { preset: 'tiny', until, seed: 1, engine: 'onnx', startFrom: null } as const;
    const { steps, cellDiameterPx } = await trainOnProject(project, params, control);
    return `${steps} steps, cells of ${cellDiameterPx.toFixed(0)} px`;
  },
  // After `cells` and `train`: half of the cells are right, some are wrong. Teaches the trained model.
  judge: async (project: Project): Promise<string> => {
    const { id } = project.manifest.images[0]!;
    const { document } = (await openReview(project, id))!;
    const ids = document.cells.map((cell) => cell.id);
    await judgeCells(
      project,
      id,
      ids.filter((cell) => cell % 2 === 0),
      'accepted',
    );
    await judgeCells(
      project,
      id,
      ids.filter((cell) => cell % 7 === 1),
      'rejected',
    );
    return `${ids.length} cells`;
  },
  // After `cells`: each tool of Review on a cell as large as the image.
  ...largeCellStages,
  'carry over': async (project: Project): Promise<string> => {
    await stages.cells!(project, '');
    return stages.review!(project, '');
  },
  'list cells': async (project: Project): Promise<string> => {
    await exportReviews(project, {});
    return `${(await nextImages(project, control)).length} images to correct next`;
  },
  teach: async (project: Project): Promise<string> => {
    const params = { until: { kind: 'steps', steps: 3 }, seed: 1, engine: 'onnx', parent: 'tiny-1' } as const;
    const { steps, teaching } = await teachModel(project, params, control);
    return `${steps} steps, ${teaching!.keptApart?.cells} cells kept apart`;
  },
  // After the exports: imports their files as those of another program.
  ...Object.fromEntries(
    (
      [
        ['import cells', 'cells', '_labels.tif'],
        ['import annotation', 'annotation', '_labels.tif'],
        ['import geojson', 'cells', '.geojson'],
        ['import coco', 'cells', 'coco.json'],
      ] as const
    ).map(([stage, as, file]) => [
      stage,
      async (project: Project): Promise<string> => {
        const image = project.manifest.images[0]!;
        const path = project.path('exports', file === 'coco.json' ? file : `${image.name}${file}`);
        const { count } = await importFile(project, image.id, { path, as });
        return `${count}`;
      },
    ]),
  ),
  review: async (project: Project): Promise<string> => {
    const review = await readReview(project, project.manifest.images[0]!.id);
    return `${review!.scores.length} cells`;
  },
  read: async (project: Project): Promise<string> => {
    const image = project.manifest.images[0]!.id;
    const { warnings } = await readLocations(project, image);
    const { contours } = await readForeground(project, image);
    return `${contours!.ringLabels.length} rings, ${warnings.length} warnings`;
  },
};
type Stage = string;

/** The disks of a generated image (see `generated`). */
function disksOf({ height, width }: { height: number; width: number }): Segmentation<LabelRuns> {
  const builder = new LabelRunsBuilder(height, width);
  const across = Math.ceil(width / pitch);
  const row = new Int32Array(width);
  for (let y = 0; y < height; y++) {
    row.fill(0);
    const half = Math.sqrt(Math.max(0, radius ** 2 - ((y % pitch) - pitch / 2) ** 2));
    for (let n = 0; half > 0 && n < across; n++) {
      const centre = n * pitch + pitch / 2;
      row.fill(
        Math.floor(y / pitch) * across + n + 1,
        Math.ceil(centre - half),
        Math.floor(centre + half) + 1,
      );
    }
    builder.addRows(row);
  }
  const labels = builder.build();
  const last = labels.labels.reduce((most, label) => Math.max(most, label), 0);
  const centres = Array.from({ length: last }, (_, i) => [Math.floor(i / across), i % across]).flat();
  return {
    labels,
    scores: new Float32Array(last).fill(0.9),
    locations: Float32Array.from(centres, (n) => n * pitch + pitch / 2),
  };
}

async function runStage(stage: Stage, file: string, folder: string): Promise<void> {
  const startMs = performance.now();
  const project =
    stage === 'add'
      ? await createProject(folder, 'measured')
      : await openProject(folder, { purpose: 'measuring' });
  const result = await stages[stage]!(project, file);
  const seconds = (performance.now() - startMs) / 1000;
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const megabytes = Math.round(maxRSS / 1024);
  const processor = ((userCPUTime + systemCPUTime) / 1e6).toFixed(1);
  const times = `${seconds.toFixed(1)} s, processor ${processor} s`;
  console.log(`${stage.padEnd(22)} ${megabytes} MB  ${times}  ${result}`);
  await project.close();
}

/** 16 bits, in one deflated strip: flat, or disks of radius 30 px on a ground of falling brightness. */
function generated(kind: 'flat' | 'cells', side: number): Uint8Array {
  const pixels = new Uint16Array(side * side);
  for (let y = 0; kind === 'cells' && y < side; y++) {
    for (let x = 0; x < side; x++) {
      const isInside = Math.hypot((y % pitch) - pitch / 2, (x % pitch) - pitch / 2) <= radius;
      pixels[y * side + x] = (isInside ? 3000 : 400) + (y % pitch) + ((7 * x + 13 * y) % 31);
    }
  }
  const bytes = new Uint8Array(deflateSync(new Uint8Array(pixels.buffer).subarray()));
  return tiffOfPages([{ width: side, height: side, pixels: bytes, bits: 16, compression: 8 }], {
    littleEndian: true,
  });
}

const folder = mkdtempSync(join(tmpdir(), 'lacss-memory-'));
try {
  const [first, ...others] = process.argv.slice(2);
  if (first === '--one') {
    await runStage(others[0]!, others[1]!, others[2]!);
  } else {
    const { values, positionals: files } = parseArgs({
      allowPositionals: true,
      options: {
        stages: { type: 'boolean', default: false },
        sides: { type: 'string', default: defaultSides },
        only: { type: 'string' },
      },
    });
    const { stages: isAll, only } = values;
    if (files.length === 0) {
      for (const side of values.sides.split(',').map(Number)) {
        for (const kind of isAll ? (['cells'] as const) : (['flat'] as const)) {
          files.push(join(folder, `${kind}-${side}.tif`));
          writeFileSync(files.at(-1)!, generated(kind, side));
        }
      }
    }
    for (const [index, file] of files.entries()) {
      console.log(file);
      const project = join(folder, `project-${index}`);
      const all = Object.keys(stages).filter(
        (stage) => !/^(cells|full|judge|lasso|around|edit .*|carry over|teach)$/u.test(stage),
      );
      const chosen = only?.split(',') ?? (isAll ? all : ['add', 'show']);
      for (const stage of chosen) {
        const script = fileURLToPath(import.meta.url);
        spawnSync('npx', ['tsx', script, '--one', stage, file, project], { stdio: 'inherit' });
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
