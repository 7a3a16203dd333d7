import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { packMask } from '../../src-main/contract/packed-mask.ts';
import { publishedLocationSettings } from '../../src-main/contract/project-files.ts';
import { writePng } from '../../src-main/imaging/png/write-png.ts';
import { openProject } from '../../src-main/project/open-project.ts';
import { loadModelFrom, ModelStore } from '../../src-main/project/model-store.ts';
import { lacss } from '../fixtures/run-lacss.ts';
import { storedModel } from '../fixtures/stored-model.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { smallProject, writeFields } from '../tasks/small-project.ts';

const verbs = [
  'new',
  'add',
  'foreground',
  'locate',
  'train',
  'segment',
  'merge',
  'evaluate',
  'export',
  'export-model',
  'restore',
  'doctor',
  'demo',
];

describe('help', () => {
  test('lists every verb and the exit codes', async () => {
    const { exitCode, out } = await lacss('--help');
    expect(exitCode).toBe(0);
    for (const verb of verbs) expect(out).toContain(`  ${verb} `);
    expect(out).toContain('130  stopped by Ctrl-C');
    expect((await lacss('--version')).out).toBe('1.2.3\n');
  });

  test.each(verbs)('of %s has examples and the common options', async (verb) => {
    const { exitCode, out } = await lacss(verb, '--help');
    expect(exitCode).toBe(0);
    expect(out).toContain(`  $ lacss ${verb}`);
    for (const option of ['--json', '--quiet', '--debug']) expect(out).toContain(option);
  });
});

describe('what is typed wrongly ends with 2 and the way out', () => {
  test.each([
    [['paint'], 'unknown command'],
    [['train', '--steps', 'many'], 'Give a number'],
    [['segment', '--engine', 'abacus'], 'Allowed choices are auto, onnx, webgpu, tensorflow, cpu'],
    [['new'], 'missing required argument'],
    [['new', ''], "argument 'folder' is empty"],
    [['new', ' '], "argument 'folder' is empty"],
    [['locate', '-p', ''], "option '-p, --project <folder>' is empty"],
    [['add', 'images', ''], "argument 'paths' is empty"],
    [['evaluate', '--csv', ''], "option '--csv <file>' is empty"],
    [
      ['locate', '--sigma-px', '1e9'],
      "option '--sigma-px <px>' argument '1e9' is invalid. Give a number from 0.5 to 200.",
    ],
  ])('%j', async (args, message) => {
    const { exitCode, err } = await lacss(...args);
    expect(exitCode).toBe(2);
    expect(err).toContain(message);
  });
});

/** The table of cells of a prediction. */
function keptTable(prediction: string): string {
  return join(
    prediction,
    readdirSync(prediction).find((name) => name.startsWith('cells-'))!,
  );
}

test('from images to measurements, one verb after the other, all as JSON where asked', async () => {
  const folder = temporaryFolder();
  await writeFields(folder, 2);
  const project = ['--project', join(folder, 'project'), '--quiet'];
  const run = async (...args: string[]): Promise<string> => {
    const { exitCode, out, err } = await lacss(...args);
    expect({ args, exitCode, err }).toEqual({ args, exitCode: 0, err: '' });
    return out;
  };
  await run('new', join(folder, 'project'));
  expect(await run('add', join(folder, 'images'), ...project)).toBe('Added 2 images.\n');
  expect(await run('foreground', ...project)).toContain('Computed the foreground of 2 images.');
  expect(await run('locate', ...project)).toContain('Found points in 2 images.');
  const trained = JSON.parse(
    await run('train', '--preset', 'tiny', '--steps', '2', '--name', 'First', '--json', ...project),
  ) as unknown;
  expect(trained).toMatchObject({
    ok: true,
    result: { model: 'first', steps: 2, images: 2, startedFrom: null },
  });
  expect(await run('segment', '--min-score', '0', ...project)).toContain('Segmented 2 images with first.');
  const judged = await run(
    'evaluate',
    '--truth',
    join(folder, 'truth'),
    '--csv',
    join(folder, 'f.csv'),
    ...project,
  );
  expect(judged).toMatch(/image +cells +found +shown +AP50 +AP75 +mAP/);
  expect(readFileSync(join(folder, 'f.csv'), 'utf8').split('\n').length).toBe(5);
  await run(
    'export',
    '--format',
    'label-tiff',
    'csv',
    'geojson',
    'imagej-rois',
    'coco',
    'overlay-png',
    'locations-csv',
    ...project,
  );
  for (const name of [
    'field-1_labels.tif',
    'field-2_rois.zip',
    'field-1.geojson',
    'cells.csv',
    'coco.json',
    'field-1_overlay.png',
    'field-1_locations.csv',
  ]) {
    expect(existsSync(join(folder, 'project', 'exports', name))).toBe(true);
  }
  const file = join(folder, 'first.lacss');
  await run('export', '--model-file', file, ...project);
  expect(await run('export-model', 'first', join(folder, 'onnx'), '--quiet', ...project)).toContain(
    'as 10 files into',
  );
  expect(await run('export-model', file, join(folder, 'onnx'), '--quiet')).toContain('For bioimage.io');
  const output = join(folder, 'found');
  const outside = [
    'segment',
    join(folder, 'images'),
    '--model',
    file,
    '--output',
    output,
    '--min-score',
    '0',
    '--quiet',
  ];
  expect(await run(...outside)).toContain('Segmented 2 images with First into');
  expect(await run(...outside)).toContain('Skipped 2 images');
  expect(existsSync(join(output, 'field-2_labels.tif'))).toBe(true);
  // The same model finds the same cells with and without a project.
  expect(readFileSync(join(output, 'field-1_cells.csv'))).toEqual(
    readFileSync(keptTable(join(folder, 'project', 'predictions', 'first', 'field-1'))),
  );

  // The default start of a training.
  const startOf = async (...more: string[]): Promise<unknown> =>
    JSON.parse(await run('train', '--steps', '1', '--json', ...more, ...project));
  expect(await startOf()).toMatchObject({ result: { startedFrom: 'base-cells' } });
  expect(await startOf('--from-scratch')).toMatchObject({ result: { startedFrom: null } });
  expect(await startOf('--channels', 'cells+nuclei')).toMatchObject({ result: { startedFrom: null } });
  const both = await lacss('train', '--from-scratch', '--from-model', 'first', ...project);
  expect(both).toMatchObject({ exitCode: 2 });
});

describe('errors end with their own exit code, what happened and what to do', () => {
  test('no project', async () => {
    const { exitCode, out, err } = await lacss('train', '--project', temporaryFolder());
    expect([exitCode, out]).toEqual([5, '']);
    expect(err).toMatch(/^Error: There is no project in .*\nCreate one: lacss new .*\n$/);
  });

  test('a newer project is left alone', async () => {
    const folder = temporaryFolder();
    const text = '{"format": "lacss-project", "schemaVersion": 99}';
    writeFileSync(join(folder, 'project.json'), text);
    const { exitCode, out } = await lacss('foreground', '--project', folder, '--json');
    expect(exitCode).toBe(5);
    expect(JSON.parse(out)).toMatchObject({ ok: false, error: { code: 'project-newer' } });
    expect(readFileSync(join(folder, 'project.json'), 'utf8')).toBe(text);
  });

  test('some images fail: 3, and the others are done', async () => {
    const folder = temporaryFolder();
    await writeFields(folder, 1);
    writeFileSync(join(folder, 'images', 'text.tif'), 'no image');
    await lacss('new', join(folder, 'project'));
    const { exitCode, out, err } = await lacss(
      'add',
      join(folder, 'images'),
      '--project',
      join(folder, 'project'),
      '--quiet',
    );
    expect(exitCode).toBe(3);
    expect(out).toContain('Added 1 image.');
    expect(err).toMatch(/^Failed: text: .*\n {2}\S.*\n$/);
  });

  test('hundreds of images: ten lines and a count, none with --quiet; roles of all at once', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'images'));
    for (let i = 1; i <= 30; i++) {
      const data = new Uint8Array(64 * 3).fill(i, 20);
      writeFileSync(
        join(folder, 'images', `f${i}.png`),
        writePng({ height: 8, width: 8, channels: 3, data }),
      );
    }
    const added: string[] = [];
    for (const [name, quiet] of [['loud'], ['quiet', '--quiet']]) {
      await lacss('new', join(folder, name!));
      const more = quiet === undefined ? [] : [quiet];
      const roles = ['--cells', '1', '--nuclei', '1'];
      const { out } = await lacss(
        'add',
        join(folder, 'images'),
        '-p',
        join(folder, name!),
        ...roles,
        ...more,
      );
      added.push(out);
    }
    expect(added[0]!.split('\n')).toHaveLength(1 + 10 + 1 + 1);
    expect(added[0]).toContain('f1  8 × 8  Red (cells, nuclei)');
    expect(added[0]).toContain('and 20 more (--json lists all)');
    expect(added[1]).toBe('Added 30 images.\n');
    const project = ['-p', join(folder, 'quiet'), '--quiet'];
    expect(await lacss('add', '--nuclei', '2', ...project)).toEqual({
      exitCode: 0,
      out: 'Changed 30 images of the project.\n',
      err: '',
    });
    const { images } = JSON.parse(readFileSync(join(folder, 'quiet', 'project.json'), 'utf8')) as {
      images: { roles: unknown }[];
    };
    expect(images.map(({ roles }) => roles)).toEqual(images.map(() => ({ cells: 0, nuclei: 1 })));
  });

  test('a folder without images: 4', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'images'));
    await lacss('new', join(folder, 'project'));
    const { exitCode } = await lacss('add', join(folder, 'images'), '--project', join(folder, 'project'));
    expect(exitCode).toBe(4);
  });
});

test('locate and train as published use the settings of the paper, and other options change them', async () => {
  const folder = temporaryFolder();
  await writeFields(folder, 1);
  const project = join(folder, 'project');
  await lacss('new', project);
  await lacss('add', join(folder, 'images'), '--project', project);
  await lacss('locate', '--published', '--sigma-px', '6', '--border', '3', '--project', project);
  const opened = await openProject(project, { purpose: 'testing', access: 'read' });
  const { state } = await opened.annotation(opened.manifest.images[0]!).view();
  await opened.close();
  expect(state.locations?.source.parameters).toMatchObject({
    ...publishedLocationSettings,
    sigma: { px: 6 },
    borderPx: 3,
  });

  const thresholds = ['--feature', 'intensity', '--thresholds', '900,300, 450,600,750'];
  const wrong = await lacss('foreground', '--thresholds', '1,2,3,4', '--project', project);
  expect(wrong.err).toContain('Give five numbers with commas between them');
  const picked = await lacss('foreground', ...thresholds, '--pick', '2', '--project', project);
  expect(picked).toMatchObject({ exitCode: 0 });
  const asPublished = ['--preset', 'tiny', '--method', 'published', '--location-stride', '8', '--steps', '1'];
  const { exitCode, err } = await lacss('train', ...asPublished, '--name', 'First', '--project', project);
  expect({ exitCode, err }).toMatchObject({ exitCode: 0 });
  const { card } = await loadModelFrom(join(project, 'models', 'first'));
  expect(card.variant).toEqual({ method: 'published', locationStride: 8 });
  expect(card.training).toMatchObject({ startedFrom: null, settings: { partitionAfter: 1, weightDecay: 0 } });
  const { foreground } = card.training!.images[0]!;
  expect(foreground).toMatchObject({ method: 'candidate', by: 'person' });
  expect(foreground!.parameters).toMatchObject({ thresholds: [300, 450, 600, 750, 900], candidate: 2 });
});

test('an included model segments a project, and a folder without one, by its name', async () => {
  const folder = temporaryFolder();
  await writeFields(folder, 1);
  const project = join(folder, 'project');
  await lacss('new', project);
  await lacss('add', join(folder, 'images'), '--project', project);
  const inProject = await lacss('segment', '--model', 'base-cells', '--project', project);
  expect(inProject).toMatchObject({ exitCode: 0, out: expect.stringContaining('with base-cells') as string });
  expect(readdirSync(join(project, 'predictions'))).toEqual(['base-cells']);
  const output = join(folder, 'found');
  const images = join(folder, 'images');
  const alone = await lacss('segment', images, '--model', 'base-cells', '--output', output);
  expect(alone).toMatchObject({ exitCode: 0 });
  expect(readdirSync(output).some((name) => name.endsWith('.tif'))).toBe(true);
});

test('Ctrl-C stops a training of the real command cleanly; it can be gone on with', async () => {
  const folder = temporaryFolder();
  await writeFields(folder, 1);
  const project = join(folder, 'project');
  await lacss('new', project);
  await lacss('add', join(folder, 'images'), '--project', project);
  await lacss('foreground', '--project', project);
  await lacss('locate', '--project', project);
  const launcher = fileURLToPath(new URL('../../build/lacss.js', import.meta.url));
  const args = [
    launcher,
    'train',
    '--project',
    project,
    '--preset',
    'tiny',
    '--steps',
    '100000',
    '--engine',
    'onnx',
  ];
  const command = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let err = '';
  command.stderr.setEncoding('utf8').on('data', (text: string) => {
    const isTraining = err.includes('Training, epoch');
    err += text;
    if (!isTraining && err.includes('Training, epoch')) command.kill('SIGINT');
  });
  const [exitCode] = (await once(command, 'exit')) as [number];
  expect(exitCode).toBe(130);
  expect(err).toContain('You can resume it: lacss train --resume tiny-1');
  expect(err).not.toContain('    at ');
  expect(existsSync(join(project, 'models', 'tiny-1', 'last.checkpoint'))).toBe(true);
  expect(existsSync(join(project, 'project.lock'))).toBe(false);
});

test('a verb takes the newest model that can be read, and tells what is wrong with one that is asked for', async () => {
  const folder = temporaryFolder();
  const project = join(folder, 'project');
  expect((await lacss('new', project)).exitCode).toBe(0);
  const models = new ModelStore(join(project, 'models'));
  const file = join(folder, 'shared.lacss');
  const share = (...args: string[]) => lacss('export', '--model-file', file, '--project', project, ...args);

  await models.save('tiny-2', storedModel('spoilt', 2));
  writeFileSync(join(models.path('tiny-2'), 'card.json'), '{');
  const alone = await share();
  expect(alone).toMatchObject({ exitCode: 4, err: expect.stringContaining('is not valid JSON') as string });

  await models.save('tiny-1', storedModel('whole', 1));
  expect(await share()).toMatchObject({ exitCode: 0 });
  expect((await loadModelFrom(file)).card.name).toBe('whole');
  const asked = await share('--model', 'tiny-2');
  expect(asked).toMatchObject({ exitCode: 4, err: alone.err });
});

test('names of a stranger’s project reach neither the terminal nor a spreadsheet as commands', async () => {
  const folder = temporaryFolder();
  await writeFields(folder, 1);
  const path = join(folder, 'project');
  await lacss('new', path);
  await lacss('add', '-p', path, join(folder, 'images'));
  const manifest = JSON.parse(readFileSync(join(path, 'project.json'), 'utf8')) as {
    images: { name: string }[];
  };
  manifest.images[0]!.name = '=1+1\u001b[2J\nDone';
  writeFileSync(join(path, 'project.json'), JSON.stringify(manifest));
  const { out, err } = await lacss('locate', '-p', path);
  expect(out).toContain('=1+1�[2J�Done');
  const missing = await lacss('locate', '-p', join(folder, '\u001b[2J\nError: gone'));
  // eslint-disable-next-line no-control-regex
  for (const text of [out, err, missing.err]) expect(text).not.toMatch(/\u001b/);
  expect(missing.err.split('\n')[0]).toContain('Error: gone');
});

test('doubtful annotation: train names it and ends with 0; with --strict it trains nothing', async () => {
  const folder = temporaryFolder();
  const project = await smallProject(folder, 1);
  const mask = { height: 128, width: 128, data: new Uint8Array(128 * 128).fill(1) };
  const parameters = { confidence: 0.45 };
  await project.annotation(project.manifest.images[0]!).edit('doubtful', {
    foreground: { value: packMask(mask), source: { method: 'candidate', by: 'machine', parameters } },
    locations: {
      value: Float32Array.of(20, 20, 90, 90),
      source: { method: 'difference-of-gaussians', by: 'machine', parameters: {} },
    },
  });
  await project.close();
  const said = [
    'The foreground is a suggestion with 45 % confidence that nobody has looked at.',
    'The foreground covers 100 % of the image.',
  ];
  const train = ['train', '--preset', 'tiny', '--steps', '1', '--from-scratch', '--project', project.folder];
  train.push('--allow-images', join(folder, 'images'));
  const strict = await lacss(...train, '--strict');
  expect(strict.exitCode).toBe(4);
  expect(strict.err).toContain(said[0]);
  expect(existsSync(project.path('models', 'tiny-1', 'card.json'))).toBe(false);
  const { exitCode, out } = await lacss(...train);
  expect(exitCode).toBe(0);
  for (const message of said) expect(out).toContain(`  warning: field-1: ${message}\n`);
});
