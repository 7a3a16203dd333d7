import { LacssError } from '../../contract/errors.ts';
import { toFailure } from '../../contract/failure.ts';
import { unpackMask } from '../../contract/packed-mask.ts';
import type { AnnotationSource, ImageEntry } from '../../contract/project.ts';
import type {
  CandidatesView,
  CandidateView,
  ForegroundPick,
  Stroke,
} from '../../contract/requests/foreground.ts';
import type { PartChange } from '../../project/annotation-store.ts';
import type { ContourSet, Mask } from '../../contract/pixels.ts';
import type { Project } from '../../project/project.ts';
import type { JobControl } from '../../contract/job.ts';
import { candidatesOf } from './candidate-desk.ts';
import { foregroundOf, rememberForeground } from './known-foreground.ts';
import { paintStrokes } from './paint-strokes.ts';
import { pickOf } from './read-foreground.ts';
import { demandThread } from '../annotation-threads.ts';

/** Gives an image the foreground a person has picked. @throws LacssError when it can't be computed or saved */
export async function pickForeground(
  project: Project,
  image: ImageEntry,
  pick: ForegroundPick,
  signal: AbortSignal,
): Promise<void> {
  const { title, change, contours } = await changeFor(project, image, pick, signal);
  await keep(project, image, title, change, contours);
}

/** Writes a foreground and keeps it at hand for the window, which shows it at once. */
async function keep(
  project: Project,
  image: ImageEntry,
  title: string,
  change: NonNullable<PartChange<Mask>>,
  contours?: ContourSet,
): Promise<void> {
  const { state } = await project.annotation(image).edit(title, { foreground: change });
  if (change.value !== null) rememberForeground(project, image, state.foreground, change.value, contours);
}

/** A foreground to be written, with its outlines where they are known. */
interface ForegroundChange {
  title: string;
  change: NonNullable<PartChange<Mask>>;
  contours?: ContourSet;
}

async function changeFor(
  project: Project,
  image: ImageEntry,
  pick: ForegroundPick,
  signal: AbortSignal,
): Promise<ForegroundChange> {
  switch (pick.kind) {
    case 'candidate':
      return candidateChange(project, await candidatesOf(project, image, signal), pick.index, 'person');
    case 'threshold': {
      const { threshold } = pick;
      const { mask, contours } = await previewThreshold(project, image, threshold, signal);
      const settings = project.manifest.settings.foreground;
      const source = { method: 'threshold', by: 'person', parameters: { ...settings, threshold } } as const;
      return { title: 'Set a threshold', change: { value: unpackMask(mask), source }, contours };
    }
    case 'none': {
      const source = { method: 'none-will-do', by: 'person', parameters: {} } as const;
      return { title: 'None fits', change: { value: null, source } };
    }
  }
}

function candidateChange(
  project: Project,
  { candidates, confidence }: CandidatesView,
  index: number,
  by: AnnotationSource['by'],
): ForegroundChange {
  const { mask, threshold, contours } = candidates[index]!;
  const parameters = { ...project.manifest.settings.foreground, candidate: index + 1, threshold, confidence };
  return {
    title: `Pick candidate ${index + 1}`,
    change: { value: unpackMask(mask), source: { method: 'candidate', by, parameters } },
    contours,
  };
}

/** The foreground that a threshold would give. */
export function previewThreshold(
  project: Project,
  image: ImageEntry,
  threshold: number,
  signal: AbortSignal,
): Promise<CandidateView> {
  const { folder, readOnly } = project;
  const settings = project.manifest.settings.foreground;
  return demandThread.run(
    'threshold',
    { folder, readOnly, image: image.id, settings, threshold },
    { signal, onCrash: 'again' },
  );
}

/** Thresholds worth trying by hand. */
export function thresholdRange(
  project: Project,
  image: ImageEntry,
  signal: AbortSignal,
): Promise<{ low: number; high: number; automatic: number }> {
  const { folder, readOnly } = project;
  const settings = project.manifest.settings.foreground;
  return demandThread.run(
    'range',
    { folder, readOnly, image: image.id, settings },
    { signal, onCrash: 'again' },
  );
}

/** Draws on the foreground of an image. @throws LacssError `annotation-missing` when it has none */
export async function paintForeground(
  project: Project,
  image: ImageEntry,
  strokes: readonly Stroke[],
): Promise<void> {
  const annotation = project.annotation(image);
  const { state } = await annotation.view();
  const mask = (await foregroundOf(project, image))?.mask ?? emptyMask(image);
  const pick = pickOf(state.foreground?.source ?? null);
  const source = { method: 'edited', by: 'person', parameters: { pick } } as const;
  const erases = strokes.every(({ mode }) => mode === 'erase');
  const title = erases ? 'Erase foreground' : 'Paint foreground';
  await keep(project, image, title, { value: paintStrokes(mask, strokes), source });
}

function emptyMask({ height, width }: ImageEntry): Mask {
  return { height, width, data: new Uint8Array(height * width) };
}

/**
 * Accepts the ranked guess of every image without a foreground whose confidence reaches the limit. An image that fails is left.
 * @throws LacssError `cancelled`
 */
export async function acceptGuesses(
  project: Project,
  minConfidence: number,
  { signal, onProgress }: JobControl,
): Promise<{ accepted: string[]; left: string[] }> {
  const open: ImageEntry[] = [];
  for (const image of project.manifest.images) {
    const { state } = await project.annotation(image).view();
    if (state.foreground === null && image.included) open.push(image);
  }
  const accepted: string[] = [];
  const left: string[] = [];
  for (const [index, image] of open.entries()) {
    if (signal.aborted) throw new LacssError('cancelled', 'Stopped. What was accepted is kept.');
    onProgress({ done: index, total: open.length, message: `Looking at ${image.name}` });
    const isAccepted = await acceptGuess(project, image, minConfidence, signal);
    (isAccepted ? accepted : left).push(image.id);
  }
  return { accepted, left };
}

async function acceptGuess(
  project: Project,
  image: ImageEntry,
  minConfidence: number,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const view = await candidatesOf(project, image, signal);
    if (view.confidence < minConfidence) return false;
    const { title, change, contours } = candidateChange(project, view, view.best, 'machine');
    await keep(project, image, `${title} (guess)`, change, contours);
    return true;
  } catch (error) {
    const { code } = toFailure(error);
    if (code === 'disk-full' || code === 'file-unwritable' || code === 'cancelled') throw error;
    return false;
  }
}
