import { basename, join } from 'node:path';
import { LacssError } from '../../src-main/contract/errors.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';
import { imagesFor, moreStacks, stackImages, stackName } from './crash-project.ts';
import { nextWork } from './image-hand.ts';
import type { ImageTruth } from './image-truth.ts';
import type { Life } from './life.ts';
import { added, removed, restored } from './project-truth.ts';

/** How much is done, and when it ends. */
interface Amount {
  /** Changes by each of the two tasks that edit images. */
  changes: number;
  signal: AbortSignal;
  /** Called with each request. */
  onSent: () => void;
}

/** Changes images and the project in three parallel tasks, each with its own images. */
export async function workAtRandom(life: Life, seed: string, amount: Amount): Promise<void> {
  const [a, b, c, d] = imagesFor.editing;
  await Promise.all([
    editImages(life, [a, b], new SeededRandom(seed, 'left'), amount),
    editImages(life, [c, d], new SeededRandom(seed, 'right'), amount),
    changeProject(life, new SeededRandom(seed, 'project'), amount),
  ]);
}

async function editImages(
  life: Life,
  images: readonly string[],
  random: SeededRandom,
  { changes, signal, onSent }: Amount,
): Promise<void> {
  for (let n = 0; n < changes && !signal.aborted; n++) {
    const image = images[random.integer(images.length)]!;
    const truth = life.truths.get(image)!;
    const work = await chooseWork(life, random, image, truth);
    if (work === 'lost') return;
    // If the last answer of an image is missing, only the next opening can tell its state.
    if (work === null || truth.open.length > 0) continue;
    truth.open.push({ ...work.edit, request: work });
    onSent();
    const end = await life.ask(work.name, work.params);
    if (end === 'unknown') continue;
    truth.open.pop();
    if (end === 'done') await life.acknowledge(image, truth, work.edit);
  }
}

async function chooseWork(
  life: Life,
  random: SeededRandom,
  image: string,
  truth: ImageTruth,
): Promise<Awaited<ReturnType<typeof nextWork>> | 'lost'> {
  try {
    return await nextWork(random, life.place, image, truth);
  } catch (error) {
    return error instanceof LacssError && life.inTrouble ? null : 'lost';
  }
}

/** A quarter as many changes of the project as a whole. */
async function changeProject(
  life: Life,
  random: SeededRandom,
  { changes, signal, onSent }: Amount,
): Promise<void> {
  for (let n = 0; n < Math.ceil(changes / 4) && !signal.aborted; n++) {
    const end = await changeOnce(life, random.integer(4), random, onSent);
    if (end === 'unknown') return;
  }
}

async function changeOnce(
  life: Life,
  kind: number,
  random: SeededRandom,
  onSent: () => void,
): Promise<Awaited<ReturnType<Life['askForProject']>>> {
  const { project, folder } = life.site;
  if (kind === 0) {
    const name = `project ${random.integer(1000)}`;
    onSent();
    return life.askForProject('project.rename', { project, name }, (state) => ({ ...state, name }));
  }
  if (kind === 1) {
    const [image] = imagesFor.removing;
    const isRemoved = life.isRemoved(image);
    onSent();
    const verb = isRemoved ? 'images.restore' : 'images.remove';
    const change = isRemoved ? restored(image) : removed(image);
    return life.askForProject(verb, { project, images: [image] }, change);
  }
  if (kind === 3 && life.nextStack < moreStacks) {
    const name = stackName(life.nextStack++);
    onSent();
    const path = join(folder, 'stacks', `${name}.ome.tif`);
    const params = { project, paths: [path], options: { focus: 'each', time: 'each' } };
    return life.askForProject('images.add', params, added(...stackImages(name)));
  }
  const file = await life.nextFile();
  if (file === undefined) return 'done';
  onSent();
  const params = { project, paths: [join(folder, 'more', file)], options: {} };
  return life.askForProject('images.add', params, added(basename(file, '.ome.tif')));
}
