import { exportFormatNames } from '../../../src-main/contract/choices.ts';
import type { ExportFormat } from '../../../src-main/contract/choices.ts';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { decode } from 'fast-png';
import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import type { LabelImage } from '../../../src-main/contract/pixels.ts';
import { readCoco } from '../../../src-main/formats/coco.ts';
import { readGeojson } from '../../../src-main/formats/geojson.ts';
import { readImagejRoiZip } from '../../../src-main/formats/imagej-roi-zip.ts';
import { labelTiff } from '../../../src-main/formats/label-tiff.ts';
import { labelImageOf } from '../../../src-main/imaging/label/cut-labels.ts';
import { runsOf } from '../../../src-main/imaging/label/runs-of.ts';
import { writeTiff } from '../../../src-main/imaging/tiff/write-tiff.ts';
import { createProject } from '../../../src-main/project/create-project.ts';
import { predictionFiles } from '../../../src-main/project/prediction-store.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { readLabelFile } from '../../../src-main/project/read-label-image.ts';
import { addImages } from '../../../src-main/tasks/images/add-images.ts';
import { attachLabels } from '../../../src-main/tasks/images/attach-labels.ts';
import { exportCells } from '../../../src-main/tasks/results/export-cells.ts';
import { cellTable } from '../../../src-main/tasks/results/judge-project.ts';
import { readReview } from '../../../src-main/tasks/review/review-view.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { judgeCells } from '../judge-cells.ts';
import { control } from '../small-project.ts';

const everyFormat = exportFormatNames;

/** Writes an image of 32 × 24 px, or of the given width, whose channels differ by 100. */
function writeImage(path: string, { channels = ['DAPI'], width = 32, seed = 0 } = {}): void {
  mkdirSync(dirname(path), { recursive: true });
  const planes = channels.map((_, c) =>
    Uint16Array.from({ length: 24 * width }, (__, i) => 100 * c + ((i * 7 + seed) % 50)),
  );
  writeFileSync(
    path,
    writeTiff({
      height: 24,
      width,
      dtype: 'uint16',
      sizes: { t: 1, z: 1, c: channels.length },
      planes,
      channelNames: channels,
      pixelSizeUm: null,
    }),
  );
}

/** Cells of 4 × 4 px in a row under these labels, the first at `left`. */
function cellsAt(width: number, numbers: readonly number[], left = 0): LabelImage {
  const data = new Int32Array(24 * width);
  for (let y = 4; y < 8; y++)
    for (const [k, n] of numbers.entries())
      data.fill(n, y * width + left + 5 * k, y * width + left + 5 * k + 4);
  return { height: 24, width, data };
}

async function predict(project: Project, id: string, labels: LabelImage, scores: number[]): Promise<void> {
  await project.prediction('m', project.image(id)).write(
    {
      imageName: id,
      imageSha256: ['0'.repeat(64)],
      weightsSha256: '1'.repeat(64),
      parameters: {},
      cells: scores.length,
      elapsedMs: 1,
      at: '2026-01-01T00:00:00.000Z',
    },
    predictionFiles({
      labels,
      scores: Float32Array.from(scores),
      locations: Float32Array.from(scores.flatMap((_, k) => [6, 5 * k + 2])),
    }),
  );
}

async function projectWith(
  paths: (folder: string) => string[],
): Promise<{ project: Project; folder: string }> {
  const folder = temporaryFolder();
  const named = paths(folder);
  const project = await createProject(join(folder, 'project'), 'test');
  expect((await addImages(project, { paths: named }, control)).failures).toEqual([]);
  return { project, folder };
}

/** The cells that each format of an image holds, and the score of each where it has one. */
async function cellsOf(
  project: Project,
  name: string,
): Promise<Record<string, { labels: number[]; scores?: number[] }>> {
  const path = (ending: string): string => project.path('exports', ...(name + ending).split('/'));
  const text = (ending: string): string => readFileSync(path(ending), 'utf8');
  const labelsIn = ({ data }: LabelImage): number[] =>
    [...new Set(data)].filter((label) => label > 0).sort((a, b) => a - b);
  const { height, width } = project.image(name);
  const tiff = path('_labels.tif');
  const rows = readFileSync(project.path('exports', 'cells.csv'), 'utf8').trimEnd().split('\r\n');
  const own = rows.map((row) => row.split(',')).filter(([image]) => image === name);
  const { features } = JSON.parse(text('.geojson')) as {
    features: { properties: { name: string; measurements: { Score: number } } }[];
  };
  const json = readFileSync(project.path('exports', 'coco.json'), 'utf8');
  const coco = JSON.parse(json) as {
    images: { id: number; name: string }[];
    annotations: { image_id: number; label: number; score: number }[];
  };
  const { id } = coco.images.find((image) => image.name === name)!;
  const annotations = coco.annotations.filter(({ image_id }) => image_id === id);
  const zip = readFileSync(path('_rois.zip'));
  const geo = readGeojson(text('.geojson'), 'x', height, width);
  expect(geo).toMatchObject(await readLabelFile(tiff));
  expect(readImagejRoiZip(zip, 'x', height, width)).toEqual(geo);
  expect(readCoco(json, 'x').get(name)?.labels()).toEqual(geo);
  return {
    tiff: { labels: labelsIn(labelImageOf(geo)) },
    rois: { labels: Object.keys(unzipSync(zip)).map((entry) => Number(entry.replace('.roi', ''))) },
    csv: { labels: own.map((row) => Number(row[2])), scores: own.map((row) => Number(row[3])) },
    geojson: {
      labels: features.map(({ properties }) => Number(properties.name)),
      scores: features.map(({ properties }) => Number(properties.measurements.Score.toPrecision(7))),
    },
    coco: {
      labels: annotations.map(({ label }) => label),
      scores: annotations.map(({ score }) => Number(score.toPrecision(7))),
    },
  };
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

describe('a prediction whose label image was edited by hand', () => {
  const scores = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4];

  async function edited(): Promise<Project> {
    const { project } = await projectWith((folder) => {
      writeImage(join(folder, 'a.tif'));
      return [join(folder, 'a.tif')];
    });
    await predict(project, 'a', cellsAt(32, [1, 2, 3, 4, 5, 6]), scores);
    const folder = project.path('predictions', 'm', 'a');
    const labels = readdirSync(folder).find((file) => file.startsWith('labels-'))!;
    writeFileSync(join(folder, labels), labelTiff(cellsAt(32, [1, 0, 3, 4, 5, 6])));
    return project;
  }

  test('has the same cells with their own scores in every format', async () => {
    const project = await edited();
    for (const everyCell of [true, false]) {
      const result = await exportCells(project, { formats: everyFormat, everyCell }, control);
      expect(result).toMatchObject({ cells: 5, failures: [] });
      const labels = [1, 3, 4, 5, 6];
      const own = [0.9, 0.7, 0.6, 0.5, 0.4];
      expect(await cellsOf(project, 'a')).toEqual({
        tiff: { labels },
        rois: { labels },
        csv: { labels, scores: own },
        geojson: { labels, scores: own },
        coco: { labels, scores: own },
      });
    }
    const { columns } = await cellTable(project, { project: 'p', image: 'a', minScore: 0.2 });
    expect([...columns.find(({ name }) => name === 'Cell')!.values]).toEqual([1, 3, 4, 5, 6]);
    expect([...columns.find(({ name }) => name === 'Score')!.values]).toEqual(
      [0.9, 0.7, 0.6, 0.5, 0.4].map(Math.fround),
    );
  });

  test('shows in Review what is there: the cell that is gone is gone, the others keep their marks', async () => {
    const project = await edited();
    await judgeCells(project, 'a', [3], 'rejected');
    const view = (await readReview(project, 'a'))!;
    expect([...view.ids]).toEqual([1, 3, 4, 5, 6]);
    expect([...view.states]).toEqual([0, 2, 0, 0, 0]);
    expect([...view.scores]).toEqual([0.9, 0.7, 0.6, 0.5, 0.4].map(Math.fround));
    expect([...view.areasPx]).toEqual([16, 16, 16, 16, 16]);
    expect([...view.order].sort()).toEqual([0, 1, 2, 3, 4]);
    expect([...new Set(view.contours.ringLabels)]).toEqual([1, 3, 4, 5, 6]);
    await exportCells(project, { formats: everyFormat }, control);
    expect((await cellsOf(project, 'a')).csv).toEqual({ labels: [1, 4, 5, 6], scores: [0.9, 0.6, 0.5, 0.4] });
  });
});

describe('channels of equal names', () => {
  test('have columns of their own in every table, and the same numbers in each', async () => {
    const { project } = await projectWith((folder) => {
      writeImage(join(folder, 'cycif.ome.tif'), { channels: ['DAPI', 'CD3', 'DAPI'] });
      return [join(folder, 'cycif.ome.tif')];
    });
    expect(project.manifest.images[0]!.channelNames).toEqual(['DAPI', 'CD3', 'DAPI (3)']);
    // As in a project of an earlier version.
    await project.update((manifest) => ({
      ...manifest,
      images: manifest.images.map((image) => ({ ...image, channelNames: ['DAPI', 'CD3', 'DAPI'] })),
    }));
    await predict(project, 'cycif', cellsAt(32, [1]), [0.9]);
    await exportCells(project, { formats: ['csv', 'geojson'] }, control);
    const [head, row] = readFileSync(project.path('exports', 'cells.csv'), 'utf8')
      .split('\r\n')
      .map((line) => line.split(','));
    const means = head!.flatMap((name, i) => (name.startsWith('mean_') ? [[name, Number(row![i])]] : []));
    expect(means.map(([name]) => name)).toEqual(['mean_DAPI', 'mean_CD3', 'mean_DAPI (3)']);
    const [first, second, third] = means.map(([, value]) => value as number) as [number, number, number];
    expect(second - first).toBeCloseTo(100, 4);
    expect(third - first).toBeCloseTo(200, 4);
    const { features } = JSON.parse(readFileSync(project.path('exports', 'cycif.geojson'), 'utf8')) as {
      features: { properties: { measurements: Record<string, number> } }[];
    };
    expect(features[0]!.properties.measurements).toMatchObject({
      'DAPI: Mean': first,
      'CD3: Mean': second,
      'DAPI (3): Mean': third,
    });
    const { columns } = await cellTable(project, { project: 'p', image: 'cycif', minScore: 0 });
    expect(columns.map(({ name }) => name).filter((name) => name.endsWith(', mean'))).toEqual([
      'DAPI, mean',
      'CD3, mean',
      'DAPI (3), mean',
    ]);
  });
});

describe('a format that cannot hold an image', () => {
  test('is refused for that image alone, and stops no other format', async () => {
    const { project } = await projectWith((folder) => {
      writeImage(join(folder, 'wide.tif'), { width: 33_000 });
      writeImage(join(folder, 'small.tif'));
      return [join(folder, 'wide.tif'), join(folder, 'small.tif')];
    });
    await predict(project, 'wide', cellsAt(33_000, [1, 2], 32_900), [0.9, 0.8]);
    await predict(project, 'small', cellsAt(32, [1]), [0.9]);
    // The failing format is first.
    const formats: ExportFormat[] = ['imagej-rois', 'geojson', 'label-tiff', 'coco', 'csv'];
    const { failures, cells, files } = await exportCells(project, { formats }, control);
    expect(failures).toMatchObject([{ subject: 'wide', code: 'image-invalid' }]);
    expect(failures[0]!.message).toContain('imagej-rois');
    expect(cells).toBe(3);
    const names = filesBelow(project.path('exports')).sort();
    expect(names).toEqual(
      [
        'cells.csv',
        'coco.json',
        'small.geojson',
        'small_labels.tif',
        'small_rois.zip',
        'wide.geojson',
        'wide_labels.tif',
      ].sort(),
    );
    expect(files).toHaveLength(names.length);
    const table = readFileSync(project.path('exports', 'cells.csv'), 'utf8');
    expect(table.split('\r\n').filter((row) => row.startsWith('wide,'))).toHaveLength(2);
    const coco = readFileSync(project.path('exports', 'coco.json'), 'utf8');
    expect(readCoco(coco, 'x').get('wide')?.labels()).toMatchObject(runsOf(cellsAt(33_000, [1, 2], 32_900)));
  });

  test('because the image itself is missing, leaves what needs no pixels', async () => {
    const { project, folder } = await projectWith((at) => {
      writeImage(join(at, 'a.tif'));
      return [join(at, 'a.tif')];
    });
    await predict(project, 'a', cellsAt(32, [1]), [0.9]);
    writeFileSync(join(folder, 'a.tif'), 'no image any more');
    const formats: ExportFormat[] = ['csv', 'label-tiff', 'overlay-png', 'imagej-rois', 'coco', 'geojson'];
    const { failures } = await exportCells(project, { formats }, control);
    expect(failures.map(({ message }) => message.split(':')[0])).toEqual(['csv', 'overlay-png', 'geojson']);
    expect(filesBelow(project.path('exports')).sort()).toEqual(['a_labels.tif', 'a_rois.zip', 'coco.json']);
  });
});

describe('images of one name', () => {
  const plates = (folder: string): string[] => [join(folder, 'plateA'), join(folder, 'plateB')];
  const twoPlates = (): Promise<{ project: Project; folder: string }> =>
    projectWith((folder) => {
      for (const [seed, plate] of plates(folder).entries()) writeImage(join(plate, 'A01_f1.tif'), { seed });
      return plates(folder);
    });

  test('have names of their own, files of their own, and paths in the tables', async () => {
    const { project } = await twoPlates();
    expect(project.manifest.images.map(({ name }) => name)).toEqual(['plateA/A01_f1', 'plateB/A01_f1']);
    for (const [k, { id }] of project.manifest.images.entries())
      await predict(project, id, cellsAt(32, [1, 2, 3].slice(0, k + 1)), [0.9, 0.8].slice(0, k + 1));
    const { files, cells } = await exportCells(project, { formats: everyFormat }, control);
    expect(cells).toBe(3);
    const written = filesBelow(project.path('exports'));
    expect(written).toHaveLength(2 * 5 + 2);
    expect(files.map((file) => relative(project.path('exports'), file)).sort()).toEqual(written.sort());
    expect((await cellsOf(project, 'plateA/A01_f1')).csv!.labels).toEqual([1]);
    expect((await cellsOf(project, 'plateB/A01_f1')).csv!.labels).toEqual([1, 2]);
    const rows = readFileSync(project.path('exports', 'cells.csv'), 'utf8').trimEnd().split('\r\n');
    expect(rows.map((row) => row.split(',').slice(0, 3).join())).toEqual([
      'image,file,label',
      'plateA/A01_f1,plateA/A01_f1.tif,1',
      'plateB/A01_f1,plateB/A01_f1.tif,1',
      'plateB/A01_f1,plateB/A01_f1.tif,2',
    ]);
    const coco = JSON.parse(readFileSync(project.path('exports', 'coco.json'), 'utf8')) as {
      images: { file_name: string }[];
    };
    expect(coco.images.map(({ file_name }) => file_name)).toEqual(['plateA/A01_f1.tif', 'plateB/A01_f1.tif']);
  });

  test('of a project that has them from an earlier version write over nothing', async () => {
    const { project } = await twoPlates();
    await project.update((manifest) => ({
      ...manifest,
      images: manifest.images.map((image) => ({ ...image, name: 'A01_f1' })),
    }));
    for (const { id } of project.manifest.images) await predict(project, id, cellsAt(32, [1]), [0.9]);
    const { files } = await exportCells(project, { formats: everyFormat }, control);
    expect(filesBelow(project.path('exports'))).toHaveLength(files.length);
    expect(new Set(files.map((file) => file.normalize('NFC').toLowerCase())).size).toBe(files.length);
  });

  test('that are added one after the other differ as well', async () => {
    const { project, folder } = await projectWith((at) => {
      for (const [seed, plate] of plates(at).entries()) writeImage(join(plate, 'A01_f1.tif'), { seed });
      return [join(at, 'plateA')];
    });
    await addImages(project, { paths: [join(folder, 'plateB')] }, control);
    expect(project.manifest.images.map(({ name }) => name)).toEqual(['A01_f1', 'plateB/A01_f1']);
  });

  test('get the label image of their own folder, never another one’s', async () => {
    const { project, folder } = await twoPlates();
    const label = (at: string, numbers: number[]): void => {
      mkdirSync(join(folder, at), { recursive: true });
      writeFileSync(join(folder, at, 'A01_f1_label.tif'), labelTiff(cellsAt(32, numbers)));
    };
    label('flat', [1, 2, 3]);
    const flat = await attachLabels(project, { folder: join(folder, 'flat') }, control);
    expect(flat.attached).toEqual([]);
    expect(flat.failures.map(({ subject }) => subject)).toEqual(['plateA/A01_f1', 'plateB/A01_f1']);
    label('plateA', [1]);
    const beside = await attachLabels(project, { folder: join(folder, 'plateA') }, control);
    expect(beside.attached).toMatchObject([{ name: 'plateA/A01_f1', cells: 1 }]);
    expect(beside.failures).toMatchObject([{ subject: 'plateB/A01_f1' }]);
    label('truth/plateA', [1, 2]);
    label('truth/plateB', [1, 2, 3]);
    const each = await attachLabels(project, { folder: join(folder, 'truth') }, control);
    expect(each.attached).toMatchObject([{ cells: 2 }, { cells: 3 }]);
  });

  test('in one folder are told apart by their endings', async () => {
    const { project } = await projectWith((folder) => {
      for (const [seed, ending] of ['tif', 'tiff', 'btf'].entries())
        writeImage(join(folder, 'd', `y.${ending}`), { seed });
      return [join(folder, 'd')];
    });
    expect(project.manifest.images.map(({ name }) => name).sort()).toEqual(['y.btf', 'y.tif', 'y.tiff']);
  });
});

test('an image with NaN around it is added and exported, and NaN counts for no intensity', async () => {
  // 24 × 32 px, with a frame of NaN: 5 px at the left and 3 px at the top.
  const value = (y: number, x: number): number => 100 + y * 32 + x;
  const plane = Float32Array.from({ length: 24 * 32 }, (_, i) => {
    const [y, x] = [Math.floor(i / 32), i % 32];
    return y < 3 || x < 5 ? NaN : value(y, x);
  });
  const { project } = await projectWith((at) => {
    const image = { height: 24, width: 32, dtype: 'float32', sizes: { t: 1, z: 1, c: 1 } } as const;
    const file = writeTiff({ ...image, planes: [plane], channelNames: ['DAPI'], pixelSizeUm: null });
    writeFileSync(join(at, 'warped.tif'), file);
    return [join(at, 'warped.tif')];
  });
  // Rows 4 to 7: cell 1 in columns 3 to 6, half of it beside the image; cell 2 within.
  await predict(project, 'warped', cellsAt(32, [1, 2], 3), [0.9, 0.8]);
  const { failures, cells } = await exportCells(project, { formats: everyFormat }, control);
  expect({ failures, cells }).toEqual({ failures: [], cells: 2 });
  const rows = readFileSync(project.path('exports', 'cells.csv'), 'utf8').trimEnd().split('\r\n');
  const [head, ...found] = rows.map((row) => row.split(','));
  const column = (name: string): number[] => found.map((row) => Number(row[head!.indexOf(name)]));
  expect(column('area_px')).toEqual([16, 16]);
  // Means lie in the middle of rows 4 to 7 and of the columns with numbers: 5 to 6, and 8 to 11.
  expect(column('mean_DAPI')).toEqual([value(5.5, 5.5), value(5.5, 9.5)]);
  expect(column('min_DAPI')).toEqual([value(4, 5), value(4, 8)]);
  expect(column('max_DAPI')).toEqual([value(7, 6), value(7, 11)]);
  expect(column('integrated_DAPI')).toEqual([8 * value(5.5, 5.5), 16 * value(5.5, 9.5)]);
  const { columns } = await cellTable(project, { project: 'p', image: 'warped', minScore: 0 });
  expect([...columns.find(({ name }) => name === 'DAPI, mean')!.values]).toEqual([
    value(5.5, 5.5),
    value(5.5, 9.5),
  ]);
  // The overlay's range is that of the numbers: the first of them is black, the last white.
  const overlay = decode(readFileSync(project.path('exports', 'warped_overlay.png')));
  const grey = (y: number, x: number): number => overlay.data[3 * (y * 32 + x)]!;
  expect([grey(0, 0), grey(3, 5), grey(23, 31)]).toEqual([0, 0, 255]);
  // Percentiles 0.1 and 99.9 of 567 numbers are within the first and last one; this is the middle.
  expect(grey(13, 18)).toBeOneOf([127, 128]);
});
