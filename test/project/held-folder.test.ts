import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packMask } from '../../src-main/contract/packed-mask.ts';
import type { AnnotationSource } from '../../src-main/contract/project-files.ts';
import { AnnotationStore } from '../../src-main/project/annotation-store.ts';
import { createProject } from '../../src-main/project/create-project.ts';
import { locateImageFile } from '../../src-main/project/locate-image-file.ts';
import { ModelStore } from '../../src-main/project/model-store.ts';
import { openProject } from '../../src-main/project/open-project.ts';
import { predictionFiles, PredictionStore } from '../../src-main/project/prediction-store.ts';
import type { Project } from '../../src-main/project/project.ts';
import { readText } from '../../src-main/project/read-bytes.ts';
import { removeFile } from '../../src-main/project/remove-file.ts';
import { projectOf, scopeOf } from '../../src-main/project/scope.ts';
import { withOutput } from '../../src-main/project/with-output.ts';
import { writeFileAtomically } from '../../src-main/project/write-file-atomically.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const size = { height: 2, width: 2 };
const mask = packMask({ ...size, data: Uint8Array.of(1, 0, 0, 1) });
const source: AnnotationSource = { method: 'edited', by: 'person', parameters: {} };
const unreachable = expect.objectContaining({ code: 'project-unreachable' }) as Error;

function pick(store: AnnotationStore): Promise<unknown> {
  return store.edit('Pick', { foreground: { value: mask, source } });
}

/** Every kind of write into a project. */
function writersOf(project: Project): [string, () => Promise<unknown>][] {
  const store = new AnnotationStore(project.path('annotations', 'a'), size, false);
  const predictions = new PredictionStore(project.path('predictions', 'm', 'a'));
  const models = new ModelStore(project.path('models'));
  const found = {
    labels: { ...size, data: new Int32Array(4) },
    scores: new Float32Array(),
    locations: new Float32Array(),
  };
  const record = {
    imageName: 'a',
    imageSha256: ['0'.repeat(64)],
    weightsSha256: '0'.repeat(64),
    parameters: {},
    cells: 0,
    elapsedMs: 1,
    at: '2026-01-01T00:00:00.000Z',
  };
  return [
    ['the manifest', () => project.update((manifest) => manifest)],
    ['an annotation', () => pick(store)],
    ['an undo', () => store.undo()],
    ['a prediction', () => predictions.write(record, predictionFiles(found))],
    ['a checkpoint', () => models.saveCheckpoint('m', new Uint8Array(3))],
    ['the display', () => writeFileAtomically(project.path('display.json'), '{}')],
    ['an output below it', () => withOutput(project.path('exports'), (write) => write('a.csv', ''))],
    ['a removal', () => removeFile(project.path('removed.json'))],
  ];
}

test('what is written to a project that was moved is refused, nothing takes its place, and it goes on when it is back', async () => {
  const folder = temporaryFolder();
  const [here, elsewhere] = [join(folder, 'drive', 'project'), join(folder, 'moved')];
  const project = await createProject(here, 'test');
  const store = new AnnotationStore(project.path('annotations', 'a'), size, false);
  await pick(store);
  renameSync(here, elsewhere);
  const before = readFileSync(join(elsewhere, 'annotations', 'a', 'history.jsonl'), 'utf8');
  for (const [what, write] of writersOf(project)) {
    if (what === 'an undo') continue;
    await expect(write(), what).rejects.toThrow(unreachable);
  }
  await expect(store.undo()).resolves.toBeDefined();
  expect(readdirSync(join(folder, 'drive'))).toEqual([]);
  rmSync(join(folder, 'drive'), { recursive: true });
  for (const [what, write] of writersOf(project)) {
    if (what === 'an undo') continue;
    await expect(write(), what).rejects.toThrow(unreachable);
  }
  expect(readdirSync(folder)).toEqual(['moved']);
  mkdirSync(join(folder, 'drive'));
  renameSync(elsewhere, here);
  expect(readFileSync(join(here, 'annotations', 'a', 'history.jsonl'), 'utf8')).toBe(before);
  for (const [what, write] of writersOf(project)) await expect(write(), what).resolves.not.toThrow();
  await project.close();
});

test('another project in its place, an empty folder, or one without its manifest gets nothing', async () => {
  const folder = temporaryFolder();
  const here = join(folder, 'project');
  const project = await createProject(here, 'test');
  renameSync(here, join(folder, 'first'));
  for (const make of [
    () => mkdirSync(here),
    () => {
      mkdirSync(here);
      const other = JSON.parse(readFileSync(join(folder, 'first', 'project.json'), 'utf8')) as object;
      const text = JSON.stringify({ ...other, createdAt: '2001-01-01T00:00:00.000Z' });
      writeFileSync(join(here, 'project.json'), text);
    },
  ]) {
    make();
    const before = readdirSync(here);
    for (const [what, write] of writersOf(project)) {
      if (what === 'an undo') continue;
      await expect(write(), what).rejects.toThrow(unreachable);
    }
    expect(readdirSync(here)).toEqual(before);
    rmSync(here, { recursive: true });
  }
  await expect(createProject(here, 'test')).rejects.toThrow(unreachable);
  expect(existsSync(here)).toBe(false);
  renameSync(join(folder, 'first'), here);
  renameSync(join(here, 'project.json'), join(here, 'aside.json'));
  await expect(project.update((manifest) => manifest)).rejects.toThrow(unreachable);
  renameSync(join(here, 'aside.json'), join(here, 'project.json'));
  await project.update((manifest) => ({ ...manifest, name: 'back' }));
  await project.close();
  // Nobody has it open any more, so the place is free.
  rmSync(here, { recursive: true });
  await (await createProject(here, 'test')).close();
});

test('a process that shares the project reads nothing from a missing folder: it would look empty', async () => {
  const folder = temporaryFolder();
  const here = join(folder, 'project');
  const project = await createProject(here, 'test');
  const scope = scopeOf(project);
  await project.close();
  await projectOf(scope);
  renameSync(here, join(folder, 'moved'));
  await expect(projectOf(scope)).rejects.toThrow(unreachable);
  renameSync(join(folder, 'moved'), here);
  await expect(projectOf(scope)).resolves.toBeDefined();
});

test.skipIf(process.platform === 'win32')(
  'no link leads a write, a journal or a removal out of a project',
  async () => {
    const folder = temporaryFolder();
    const outside = join(folder, 'outside');
    mkdirSync(outside);
    const project = await createProject(join(folder, 'project'), 'test');
    const notGranted = expect.objectContaining({ code: 'path-not-granted' }) as Error;
    mkdirSync(project.path('annotations'));
    symlinkSync(outside, project.path('annotations', 'a'));
    symlinkSync(outside, project.path('predictions'));
    symlinkSync(outside, project.path('models'));
    symlinkSync(outside, project.path('exports'));
    writeFileSync(join(outside, 'notes.png'), 'mine');
    for (const [what, write] of writersOf(project)) {
      if (!['an annotation', 'a prediction', 'a checkpoint', 'an output below it'].includes(what)) continue;
      await expect(write(), what).rejects.toThrow(notGranted);
    }
    await expect(removeFile(project.path('annotations', 'a', 'notes.png'))).rejects.toThrow(notGranted);
    await expect(new ModelStore(project.path('models')).remove('x')).rejects.toThrow(notGranted);
    expect(readdirSync(outside)).toEqual(['notes.png']);

    // The journal itself fails: its folder is fine.
    mkdirSync(project.path('annotations', 'b'));
    writeFileSync(join(outside, 'letter'), 'mine');
    symlinkSync(join(outside, 'letter'), project.path('annotations', 'b', 'history.jsonl'));
    const store = new AnnotationStore(project.path('annotations', 'b'), size, false);
    await pick(store).catch(() => undefined);
    expect(readFileSync(join(outside, 'letter'), 'utf8')).toBe('mine');
    await project.close();
  },
);

test.skipIf(process.platform === 'win32')(
  'a project that lies behind a link itself is written to',
  async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'disk'));
    symlinkSync(join(folder, 'disk'), join(folder, 'data'));
    await (await createProject(join(folder, 'data', 'project'), 'test')).close();
    const project = await openProject(join(folder, 'data', 'project'), { purpose: 'test' });
    await project.update((manifest) => ({ ...manifest, name: 'renamed' }));
    expect(readdirSync(join(folder, 'disk'))).toEqual(['project']);
    await project.close();
  },
);

test('results stay in their folder, and a folder that vanished is not made again', async () => {
  const folder = temporaryFolder();
  const output = join(folder, 'drive', 'results');
  await withOutput(output, async (write) => {
    expect(await write('plate/a.csv', 'x')).toBe(join(output, 'plate', 'a.csv'));
    await expect(write('../../escaped.csv', 'x')).rejects.toMatchObject({ code: 'name-invalid' });
    rmSync(join(folder, 'drive'), { recursive: true });
    await expect(write('b.csv', 'x')).rejects.toMatchObject({ code: 'file-unwritable' });
  });
  expect(readdirSync(folder)).toEqual([]);
});

test('a name of full length can be written; a longer one is refused by name', async () => {
  const folder = temporaryFolder();
  const longest = `${'a'.repeat(251)}.csv`;
  await withOutput(folder, async (write) => {
    await write(longest, 'x');
    await expect(write(`a${longest}`, 'x')).rejects.toMatchObject({ code: 'name-invalid' });
  });
  await expect(writeFileAtomically(join(folder, `a${longest}`), 'x')).rejects.toMatchObject({
    code: 'name-invalid',
  });
  expect(readdirSync(folder)).toEqual([longest]);
});

test('a link in annotations, predictions or models that leads out of the project is not read through', async () => {
  const project = await createProject(join(temporaryFolder(), 'p'), 'p');
  const outside = temporaryFolder();
  for (const folder of ['annotations', 'predictions', 'models']) {
    mkdirSync(project.path(folder), { recursive: true });
    writeFileSync(join(outside, 'history.jsonl'), 'secret');
    symlinkSync(outside, project.path(folder, 'link'));
    await expect(readText(project.path(folder, 'link', 'history.jsonl'))).rejects.toMatchObject({
      code: 'path-not-granted',
      remedy: expect.stringContaining('Nothing was read from') as string,
    });
  }
  // A link to a folder inside the project is allowed, and an image may be a link.
  writeFileSync(project.path('annotations', 'note.txt'), 'mine');
  symlinkSync(project.path('annotations'), project.path('models', 'inside'));
  expect(await readText(project.path('models', 'inside', 'note.txt'))).toBe('mine');
  symlinkSync(join(outside, 'history.jsonl'), project.path('image.tif'));
  expect(await readText(project.path('image.tif'))).toBe('secret');
  await project.close();
  const reopened = await openProject(project.folder, { purpose: 'testing' });
  await expect(readText(project.path('models', 'link', 'history.jsonl'))).rejects.toMatchObject({
    code: 'path-not-granted',
  });
  await reopened.close();
});

test.skipIf(process.platform !== 'linux')(
  'an image that is a link to a device or to /proc is not opened',
  async () => {
    const folder = temporaryFolder();
    const file = { path: 'a.tif', lastSeenAt: 'a.tif', sha256: '0'.repeat(64), bytes: 1, channels: 1 };
    for (const target of ['/proc/self/environ', '/dev/zero']) {
      rmSync(join(folder, 'a.tif'), { force: true });
      symlinkSync(target, join(folder, 'a.tif'));
      await expect(locateImageFile({ folder: folder, sources: null }, file)).rejects.toMatchObject({
        code: 'file-not-found',
      });
    }
  },
);
