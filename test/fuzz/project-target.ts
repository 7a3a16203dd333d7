import { exportFormats } from '../../src-main/contract/choices.ts';
import type { ExportFormat } from '../../src-main/contract/choices.ts';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { LacssError } from '../../src-main/contract/errors.ts';
import { readDisplay } from '../../src-main/host/display-file.ts';
import { ModelStore } from '../../src-main/project/model-store.ts';
import { openProject } from '../../src-main/project/open-project.ts';
import type { Project } from '../../src-main/project/project.ts';
import { describeProject } from '../../src-main/tasks/images/describe-project.ts';
import { readLabels } from '../../src-main/tasks/images/read-labels.ts';
import { readForeground } from '../../src-main/tasks/foreground/read-foreground.ts';
import { readLocations } from '../../src-main/tasks/locations/read-locations.ts';
import { listModels, readModel } from '../../src-main/tasks/models/list-models.ts';
import { exportCells } from '../../src-main/tasks/results/export-cells.ts';
import { readReview } from '../../src-main/tasks/review/review-view.ts';
import { readCorrections } from '../../src-main/tasks/training/read-corrections.ts';
import { planView } from '../../src-main/tasks/training/plan-view.ts';
import { readKeptPreview, readKeptTraining } from '../../src-main/tasks/training/kept-training.ts';
import { readLesson } from '../../src-main/tasks/training/read-lesson.ts';
import { decodeCheckpoint } from '../../src-main/training/checkpoint.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { makeTemplateProject } from './template-project.ts';

/** Files of a project, one of each kind, that another program or a crash may have changed. */
const files = [
  'project.json',
  'project.lock',
  'removed.json',
  'display.json',
  'annotations/IMAGE/history.jsonl',
  'annotations/IMAGE/record.json',
  'annotations/IMAGE/foreground.png',
  'annotations/IMAGE/locations.csv',
  'annotations/IMAGE/labels.tif',
  'annotations/IMAGE/review.json',
  'models/tiny-1/card.json',
  'models/tiny-2/training.json',
  'models/tiny-2/progress.jsonl',
  'models/tiny-2/last.checkpoint',
  'predictions/first/IMAGE/record.json',
  'predictions/first/IMAGE/labels.tif',
  'predictions/first/IMAGE/cells.csv',
];

let template: Promise<{ folder: string; image: string }> | null = null;

/** Projects with one changed file. The program must open or refuse them, and every later request must end. */
export const projectTargets: readonly FuzzTarget[] = files.map((file) => ({
  name: `project/${file.replace('/IMAGE', '')}`,
  seeds: async () => {
    const { folder, image } = await templateProject();
    if (file === 'project.lock') return [new TextEncoder().encode(lockText)];
    return [Uint8Array.from(await readFile(await pathOf(file, folder, image)))];
  },
  read: async (input, folder) => {
    const { folder: original, image } = await templateProject();
    await cp(original, folder, { recursive: true });
    await writeFile(await pathOf(file, folder, image), input);
    const project = await openProject(folder, { purpose: 'test' });
    try {
      await useEverything(project);
    } finally {
      await project.close();
    }
  },
}));

/** The path of a file of the template. The files of a prediction have a unique part in their names. */
async function pathOf(file: string, project: string, image: string): Promise<string> {
  const path = join(project, file.replace('IMAGE', image));
  const { dir, name, ext } = parse(path);
  if (file === 'project.lock') return path;
  const found = (await readdir(dir)).find((other) => other.startsWith(name) && other.endsWith(ext));
  return join(dir, found ?? `${name}${ext}`);
}

const lockText = JSON.stringify({
  pid: 1,
  host: 'elsewhere',
  startMark: null,
  since: new Date(0).toISOString(),
  purpose: 'test',
});

/** Every request of a window or the command line to a project. Each may be refused. */
async function useEverything(project: Project): Promise<void> {
  const models = new ModelStore(project.path('models'));
  const control = { signal: new AbortController().signal, onProgress: () => undefined };
  await accepted(() => describeProject(project));
  await accepted(() => listModels(project));
  await accepted(() => planView(project, undefined));
  await accepted(() => models.findResumable('newest'));
  await accepted(() => readKeptTraining(project, 'tiny-2'));
  await accepted(() => readKeptPreview(project, 'tiny-2', 1));
  await accepted(() => readLesson(project, 'tiny-1'));
  await accepted(() => models.load('first'));
  await accepted(() => readModel(project, 'tiny-1'));
  await accepted(() => readDisplay(project));
  await accepted(async () => decodeCheckpoint((await models.readCheckpoint('tiny-2')) ?? new Uint8Array()));
  for (const { id } of project.manifest.images) {
    await accepted(() => readForeground(project, id));
    await accepted(() => readLocations(project, id));
    await accepted(() => readLabels(project, id));
    await accepted(() => readReview(project, id));
    await accepted(() => readCorrections(project, project.image(id)));
    await accepted(() => project.annotation(project.image(id)).undo());
    await accepted(() => project.annotation(project.image(id)).redo());
  }
  const formats = Object.keys(exportFormats) as ExportFormat[];
  await accepted(() => exportCells(project, { formats, everyCell: true }, control));
  await accepted(() => exportCells(project, { formats: ['csv'] }, control));
}

async function accepted(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof LacssError) || error.code === 'internal') throw error;
  }
}

function templateProject(): Promise<{ folder: string; image: string }> {
  template ??= make();
  return template;
}

async function make(): Promise<{ folder: string; image: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'lacss-fuzz-template-'));
  process.once('exit', () => void rm(folder, { recursive: true, force: true }));
  await makeTemplateProject(folder);
  const project = await openProject(folder, { purpose: 'test', access: 'read' });
  return { folder, image: project.manifest.images[0]!.id };
}
