import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { exitCodes } from '../../src-main/cli/exit-code.ts';
import { listManifestCopies } from '../../src-main/project/manifest-copies.ts';
import { openProject } from '../../src-main/project/open-project.ts';
import { generateColonyImage } from '../../src-main/sample/generate-colony-image.ts';
import { defaultSampleSettings } from '../../src-main/sample/sample-settings.ts';
import { teachModel } from '../../src-main/tasks/training/teach-model.ts';
import { trainOnProject } from '../../src-main/tasks/training/train-on-project.ts';
import { lacss } from '../fixtures/run-lacss.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { tiffOfPages } from '../fixtures/tiff-of-pages.ts';
import { npyFile } from '../tasks/cell-files.ts';
import { quickTraining } from '../tasks/quick-training.ts';
import { writeFields } from '../tasks/small-project.ts';
import { blockCommands, isShortened, pages, proseCommands, refusalOf, wordsOf } from './documents.ts';

/**
 * Runs every command of the documents in a copy of a project. The copy has what its reader would have at that
 * place: images, truth, points, a model, parts of a segmentation, a stopped training.
 */
const inBlocks = new Set(pages.flatMap(blockCommands));
const inProse = new Set(pages.flatMap(proseCommands).filter((command) => !inBlocks.has(command)));
const commands = [...inBlocks, ...inProse];

const begin = process.cwd();

/** Replacements for things of the reader's, and shorter values: [in a document, in the test]. */
const inTheTest: readonly [RegExp, string][] = [
  [/^export-model MODEL FOLDER$/, 'export-model small-1 onnx/'],
  [/^(add --relink|add --labels|review import) FOLDER$/, '$1 masks/'],
  [/^review import IMAGE FILE$/, 'review import field-7 qupath/field-7.geojson'],
  [/^new FOLDER$/, 'new another'],
  [/ NAME$/, ' small-1'],
  [/ IMAGES /, ' images/ '],
  [/ FOUND /, ' elsewhere/ '],
  [/ resources\/models\//, ` ${begin}/resources/models/`],
  [/-p colonies\b/, '-p .'],
  [/images\/\*\.tif/, 'images/field-1.tif images/field-3.tif images/field-7.tif'],
  [/--minutes \d+/, '--minutes 0.05'],
  [/--epochs \d+/, '--steps 2'],
  [/^(train|teach)(?!.*--(?:minutes|steps|resume|finish))/, '$1 --steps 2'],
  [/--method published/, '--method published --preset tiny'],
];

/** Commands that start a program which another test starts, with fewer images or a window. */
const elsewhere: readonly [RegExp, string][] = [
  [/^serve/, 'test/e2e/ssh-tunnel.test.ts'],
  [/^demo/, 'test/tasks/demo/run-demo.test.ts'],
];

/** The project's parent folder: before images are added, before they are annotated, and afterwards. */
const labs = { begun: '', added: '', whole: '' };

/** Runs a command in a folder. */
async function runIn(folder: string, words: readonly string[]) {
  process.chdir(folder);
  try {
    return await lacss(...words);
  } finally {
    process.chdir(begin);
  }
}

async function prepare(folder: string, command: string): Promise<void> {
  const { exitCode, err } = await runIn(folder, wordsOf(`${command} --quiet`));
  expect({ command, exitCode, err }).toEqual({ command, exitCode: 0, err: '' });
}

function copyOf(folder: string): string {
  const copy = temporaryFolder();
  cpSync(folder, copy, { recursive: true });
  return copy;
}

/** Images, truth and files of other programs, in a folder with an empty project. */
async function beginLab(): Promise<string> {
  const lab = temporaryFolder();
  await writeFields(lab, 7);
  for (const field of [2, 4, 5, 6]) {
    rmSync(join(lab, 'images', `field-${field}.tif`));
    rmSync(join(lab, 'truth', `field-${field}_label.tif`));
  }
  cpSync(join(lab, 'truth'), join(lab, 'masks'), { recursive: true });
  for (const name of ['stacks', 'cellpose', 'points', 'qupath']) mkdirSync(join(lab, name));
  const page = { width: 64, height: 64, pixels: new Uint8Array(64 * 64).map((_, i) => i) };
  writeFileSync(join(lab, 'stacks', 'stack-1.tif'), tiffOfPages([0, 1, 2, 3].map(() => ({ ...page }))));
  const field = generateColonyImage(7, { ...defaultSampleSettings, heightPx: 128, widthPx: 128 });
  writeFileSync(join(lab, 'cellpose', 'field-7_seg.npy'), npyFile(field.labels));
  await prepare(lab, 'new .');
  return lab;
}

/** Stops a training or a lesson after its first step, as Ctrl-C would. */
async function stopped(
  start: (control: { signal: AbortSignal; onProgress: () => void }, onStep: () => void) => Promise<unknown>,
): Promise<void> {
  const stop = new AbortController();
  const begun = start({ signal: stop.signal, onProgress: () => undefined }, () => stop.abort());
  await expect(begun).rejects.toMatchObject({ code: 'cancelled' });
}

/** Annotates, trains, segments, reviews and exports; leaves a training and a lesson that were stopped. */
async function finishLab(lab: string): Promise<void> {
  await prepare(lab, 'add --labels truth/');
  await prepare(lab, 'foreground');
  await prepare(lab, 'locate');
  await prepare(lab, 'train --steps 1 --name small-1');
  await prepare(lab, 'segment');
  await prepare(lab, 'review set field-7 1-2 accepted');
  await prepare(lab, 'export --format locations-csv --output points/');
  await prepare(lab, 'export --format geojson --output qupath/');
  for (const file of ['small-1.lacss', 'model.lacss', 'colonies.lacss']) {
    await prepare(lab, `export --model-file ${file}`);
  }
  await prepare(lab, 'segment images/ --model small-1.lacss --output found/ --part 1/2');
  await prepare(lab, 'segment images/ --model small-1.lacss --output found/ --part 2/2');
  const project = await openProject(lab, { purpose: 'test', access: 'write' });
  try {
    await stopped((control, onStep) => trainOnProject(project, quickTraining, control, { onStep }));
    const lesson = { until: { kind: 'steps', steps: 4 }, seed: 1, engine: 'onnx' } as const;
    await stopped((control, onStep) => teachModel(project, lesson, control, { onStep }));
  } finally {
    await project.close();
  }
}

beforeAll(async () => {
  labs.begun = await beginLab();
  labs.added = copyOf(labs.begun);
  await prepare(labs.added, 'add images/');
  labs.whole = copyOf(labs.added);
  await finishLab(labs.whole);
  cpSync(join(labs.whole, 'points'), join(labs.added, 'points'), { recursive: true });
});

/** The working folder for the reader of a command. */
function labFor(command: string): string {
  if (/^(new|add (?!--(?:labels|relink|nuclei)))/.test(command)) return labs.begun;
  return /^(foreground|locate)(?!.*--again)/.test(command) ? labs.added : labs.whole;
}

describe('a command of the documents does what they say', () => {
  test.for(commands)('lacss %s', async (command, { skip }) => {
    const other = elsewhere.find(([pattern]) => pattern.test(command));
    if (other !== undefined) return skip(other[1]);
    const refusal = await refusalOf(command);
    if (refusal !== null && isShortened(refusal)) return skip('names a verb or an option');
    const lab = copyOf(labFor(command));
    let shown = inTheTest.reduce((text, [pattern, words]) => text.replace(pattern, words), command);
    if (/^restore .*json$/.test(shown)) {
      shown = `restore -p . ${(await listManifestCopies(lab)).at(0)!.id}`;
    }
    const { exitCode, err } = await runIn(lab, [...wordsOf(shown), '--quiet']);
    if (exitCode === exitCodes.usage && inProse.has(command)) return skip('names a verb or an option');
    // The message on a machine without TensorFlow.
    if (shown === 'doctor --engine tensorflow' && exitCode === exitCodes.engine) return;
    expect({ shown, exitCode, err }).toEqual({ shown, exitCode: 0, err: '' });
  });
});
