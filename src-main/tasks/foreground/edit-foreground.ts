import { itemAt } from '../../contract/elements.ts';
import { LacssError } from '../../contract/errors.ts';
import type { JobControl } from '../../contract/job.ts';
import { emptyPackedMask } from '../../contract/packed-mask.ts';
import type { ContourSet } from '../../contract/pixels.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import type {
  CandidateView,
  SeenForeground,
  SeenPick,
  Stroke,
} from '../../contract/requests/foreground-requests.ts';
import type { Project } from '../../project/project.ts';
import { scopeOf } from '../../project/scope.ts';
import { demandThread, whenNobodyWaits } from '../annotation-threads.ts';
import { forEachItem } from '../for-each-item.ts';
import { candidatesOf } from './candidate-desk.ts';
import { candidateRecord, thresholdRecord } from './foreground-records.ts';
import type { ForegroundRecord } from './foreground-records.ts';
import { foregroundWithView, rememberForeground } from './known-foreground.ts';
import { paintStrokes } from './paint-strokes.ts';
import { pickOf } from './read-foreground.ts';

/**
 * Gives an image the foreground a person has picked.
 * @throws LacssError `annotation-invalid` if the mask differs from the one that the person saw; errors of
 *   computing and saving
 */
export async function pickForeground(
  project: Project,
  image: ImageEntry,
  pick: SeenPick,
  editId: string,
  signal: AbortSignal,
): Promise<void> {
  const { record, contours } = await recordOf(project, image, pick, signal);
  await keep(project, image, record, contours, editId);
}

/** Writes a foreground and keeps it in memory, because the window shows it at once. */
async function keep(
  project: Project,
  image: ImageEntry,
  { title, change }: ForegroundRecord,
  contours?: ContourSet,
  editId?: string,
): Promise<void> {
  const { state } = await project.annotation(image).edit(title, { foreground: change }, editId);
  if (change.value !== null) rememberForeground(project, image, state.foreground, change.value, contours);
}

async function recordOf(
  project: Project,
  image: ImageEntry,
  pick: SeenPick,
  signal: AbortSignal,
): Promise<{ record: ForegroundRecord; contours?: ContourSet }> {
  switch (pick.kind) {
    case 'candidate': {
      const view = await candidatesOf(project, image, signal);
      const candidate = itemAt(view.candidates, pick.index);
      requireSeen(image, candidate, pick.maskSha256);
      return {
        record: candidateRecord(image, view, pick.index, 'person'),
        contours: candidate.contours,
      };
    }
    case 'threshold': {
      const view = await previewThreshold(project, image, pick.threshold, signal);
      requireSeen(image, view, pick.maskSha256);
      const settings = project.manifest.settings.foreground;
      return { record: thresholdRecord(image, settings, view, pick.threshold), contours: view.contours };
    }
    case 'none': {
      const source = { method: 'none-will-do', by: 'person', parameters: {} } as const;
      return { record: { title: 'None fits', change: { value: null, source } } };
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

/** The foreground at a threshold. Nothing is saved. */
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

/** The useful range of thresholds. */
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

/**
 * Draws on the foreground of an image.
 * @throws LacssError `annotation-invalid` if the strokes were drawn on another foreground, or outside
 */
export async function paintForeground(
  project: Project,
  image: ImageEntry,
  on: SeenForeground,
  strokes: readonly Stroke[],
  editId: string,
): Promise<void> {
  const { state, found } = await foregroundWithView(project, image);
  const seen =
    on.kind === 'saved' ? on.sha256 : await project.annotation(image).sha256After('foreground', on.edit);
  if (seen !== (state.foreground?.sha256 ?? null)) {
    throw new LacssError(
      'annotation-invalid',
      `The foreground of ${image.name} has changed since the stroke began. Nothing was painted.`,
      { subject: image.name, remedy: 'Look at the foreground as it is now, then paint again.' },
    );
  }
  const mask = found?.mask ?? emptyPackedMask(image.height, image.width);
  const pick = pickOf(state.foreground?.source ?? null);
  const source = { method: 'edited', by: 'person', parameters: { pick } } as const;
  const erases = strokes.every(({ mode }) => mode === 'erase');
  const title = erases ? 'Erase foreground' : 'Paint foreground';
  const change = { value: paintStrokes(mask, strokes), source };
  await keep(project, image, { title, change }, undefined, editId);
}

/**
 * Accepts the suggestion of every image without a foreground whose confidence reaches the limit. An image
 * that fails is skipped. Images that a person looks at come first.
 * @param onAccepted called after each image
 * @throws LacssError `cancelled`, `disk-full`, `file-unwritable`
 */
export async function acceptSuggestions(
  project: Project,
  minConfidence: number,
  control: JobControl,
  editId?: string,
  onAccepted: (image: string) => Promise<void> = () => Promise.resolve(),
): Promise<{ accepted: string[]; left: string[] }> {
  const open: ImageEntry[] = [];
  const accepted: string[] = [];
  for (const image of project.manifest.images) {
    const annotation = project.annotation(image);
    // Accepted by the first request of this edit. A person may have undone it since.
    if (editId !== undefined && (await annotation.holds(editId))) accepted.push(image.id);
    else if ((await annotation.view()).state.foreground === null && image.included) open.push(image);
  }
  await forEachItem(
    open,
    control,
    { message: 'Checking the suggestion of', nameOf: ({ name }) => name },
    async (image, { signal }) => {
      if (!(await acceptSuggestion(project, image, minConfidence, signal, editId))) return;
      accepted.push(image.id);
      await onAccepted(image.id);
    },
  );
  return { accepted, left: open.map(({ id }) => id).filter((id) => !accepted.includes(id)) };
}

async function acceptSuggestion(
  project: Project,
  image: ImageEntry,
  minConfidence: number,
  signal: AbortSignal,
  editId?: string,
): Promise<boolean> {
  const view = await whenNobodyWaits((kept) => candidatesOf(project, image, kept, 'ahead'), signal);
  if (view.confidence < minConfidence) return false;
  const record = candidateRecord(image, view, view.best, 'machine');
  const annotation = project.annotation(image);
  return await annotation.inTurn(async () => {
    // A person may have picked one while the candidates were computed.
    if ((await annotation.view()).state.foreground !== null) return false;
    await keep(project, image, record, itemAt(view.candidates, view.best).contours, editId);
    return true;
  });
}
