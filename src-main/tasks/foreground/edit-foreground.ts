import { LacssError } from '../../contract/errors.ts';
import { toFailure } from '../../contract/failure.ts';
import { emptyPackedMask } from '../../contract/packed-mask.ts';
import type { PackedMask } from '../../contract/packed-mask.ts';
import type { AnnotationSource, ImageEntry } from '../../contract/project.ts';
import type { CandidatesView, CandidateView, SeenPick, Stroke } from '../../contract/requests/foreground.ts';
import type { PartChange } from '../../project/annotation-store.ts';
import type { ContourSet } from '../../contract/pixels.ts';
import { enlargeMask } from '../../imaging/resample/enlarge-mask.ts';
import type { Project } from '../../project/project.ts';
import { scopeOf } from '../../project/scope.ts';
import type { JobControl } from '../../contract/job.ts';
import { candidatesOf } from './candidate-desk.ts';
import { foregroundWithView, rememberForeground } from './known-foreground.ts';
import { paintStrokes } from './paint-strokes.ts';
import { pickOf } from './read-foreground.ts';
import { demandThread } from '../annotation-threads.ts';

/**
 * Gives an image the foreground a person has picked.
 * @throws LacssError `annotation-invalid` when it would not be the mask that was seen; when it can't be
 * computed or saved
 */
export async function pickForeground(
  project: Project,
  image: ImageEntry,
  pick: SeenPick,
  editId: string,
  signal: AbortSignal,
): Promise<void> {
  const { title, change, contours } = await changeFor(project, image, pick, signal);
  await keep(project, image, title, change, contours, editId);
}

/** Writes a foreground and keeps it at hand for the window, which shows it at once. */
async function keep(
  project: Project,
  image: ImageEntry,
  title: string,
  change: NonNullable<PartChange<PackedMask>>,
  contours?: ContourSet,
  editId?: string,
): Promise<void> {
  const { state } = await project.annotation(image).edit(title, { foreground: change }, undefined, editId);
  if (change.value !== null) rememberForeground(project, image, state.foreground, change.value, contours);
}

/** A foreground to be written, with its outlines where they are known. */
interface ForegroundChange {
  title: string;
  change: NonNullable<PartChange<PackedMask>>;
  contours?: ContourSet;
}

async function changeFor(
  project: Project,
  image: ImageEntry,
  pick: SeenPick,
  signal: AbortSignal,
): Promise<ForegroundChange> {
  switch (pick.kind) {
    case 'candidate': {
      const view = await candidatesOf(project, image, signal);
      requireSeen(image, view.candidates[pick.index]!, pick.maskSha256);
      return candidateChange(project, image, view, pick.index, 'person');
    }
    case 'threshold': {
      const { threshold } = pick;
      const view = await previewThreshold(project, image, threshold, signal);
      requireSeen(image, view, pick.maskSha256);
      const settings = project.manifest.settings.foreground;
      const source = { method: 'threshold', by: 'person', parameters: { ...settings, threshold } } as const;
      const value = enlargeMask(view.mask, view.blockPx, image);
      return { title: 'Set a threshold', change: { value, source }, contours: view.contours };
    }
    case 'none': {
      const source = { method: 'none-will-do', by: 'person', parameters: {} } as const;
      return { title: 'None fits', change: { value: null, source } };
    }
  }
}

/** Settings, channel or pixels may have changed since the window showed the mask. */
function requireSeen({ name }: ImageEntry, { maskSha256 }: CandidateView, seen: string): void {
  if (maskSha256 === seen) return;
  throw new LacssError(
    'annotation-invalid',
    `The candidates of ${name} have changed since they were shown. Nothing was saved.`,
    { subject: name, remedy: 'Look at the new candidates, then pick again.' },
  );
}

function candidateChange(
  project: Project,
  image: ImageEntry,
  { candidates, confidence }: CandidatesView,
  index: number,
  by: AnnotationSource['by'],
): ForegroundChange {
  const { mask, blockPx, threshold, contours } = candidates[index]!;
  const parameters = { ...project.manifest.settings.foreground, candidate: index + 1, threshold, confidence };
  return {
    title: `Pick candidate ${index + 1}`,
    change: {
      value: enlargeMask(mask, blockPx, image),
      source: { method: 'candidate', by, parameters },
    },
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
  const settings = project.manifest.settings.foreground;
  return demandThread.run(
    'threshold',
    { ...scopeOf(project), image: image.id, settings, threshold },
    { signal, onCrash: 'again' },
  );
}

/** Thresholds worth trying by hand. */
export function thresholdRange(
  project: Project,
  image: ImageEntry,
  signal: AbortSignal,
): Promise<{ low: number; high: number; automatic: number }> {
  const settings = project.manifest.settings.foreground;
  return demandThread.run(
    'range',
    { ...scopeOf(project), image: image.id, settings },
    { signal, onCrash: 'again' },
  );
}

/** Draws on the foreground of an image. @throws LacssError `annotation-missing` when it has none */
export async function paintForeground(
  project: Project,
  image: ImageEntry,
  strokes: readonly Stroke[],
  editId: string,
): Promise<void> {
  const { state, found } = await foregroundWithView(project, image);
  const mask = found?.mask ?? emptyPackedMask(image.height, image.width);
  const pick = pickOf(state.foreground?.source ?? null);
  const source = { method: 'edited', by: 'person', parameters: { pick } } as const;
  const erases = strokes.every(({ mode }) => mode === 'erase');
  const title = erases ? 'Erase foreground' : 'Paint foreground';
  const change = { value: paintStrokes(mask, strokes), source };
  await keep(project, image, title, change, undefined, editId);
}

/**
 * Accepts the ranked guess of every image without a foreground whose confidence reaches the limit. An image
 * that fails is left.
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
    const { title, change, contours } = candidateChange(project, image, view, view.best, 'machine');
    const annotation = project.annotation(image);
    return await annotation.inTurn(async () => {
      // A person may have picked one while the candidates were computed.
      if ((await annotation.view()).state.foreground !== null) return false;
      await keep(project, image, `${title} (guess)`, change, contours);
      return true;
    });
  } catch (error) {
    const { code } = toFailure(error);
    if (code === 'disk-full' || code === 'file-unwritable' || code === 'cancelled') throw error;
    return false;
  }
}
