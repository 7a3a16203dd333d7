import { float32At, itemAt, uint8At } from '../../contract/elements.ts';
import { coarseBlockPx, workingBlockPx } from '../../annotation/working-block.ts';
import { candidateSteps } from '../../annotation/foreground-candidates.ts';
import type { Candidate } from '../../annotation/foreground-candidates.ts';
import type { ForegroundFeature } from '../../annotation/foreground/foreground-feature.ts';
import { foregroundRange } from '../../annotation/foreground-range.ts';
import { rankedSteps } from '../../annotation/ranked-candidates.ts';
import type { Pace } from '../../contract/job.ts';
import { packMask } from '../../contract/packed-mask.ts';
import type { Locations, Mask } from '../../contract/pixels.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import type {
  CandidateSettings,
  CandidatesView,
  CandidateView,
} from '../../contract/requests/foreground-requests.ts';
import { traceContours } from '../../imaging/contours/trace-contours.ts';
import { enlargeContours } from '../../imaging/resample/enlarge-mask.ts';
import { hashBytes } from '../../project/hash-bytes.ts';
import { blankNote } from '../../imaging/padding/is-blank.ts';
import type { Project } from '../../project/project.ts';
import { recentFeature } from '../images/recent-plane.ts';

/**
 * The five candidates of an image in the order of their presets, and the suggestion.
 * @param blockPx they are computed on means of blocks with this side
 * @throws what `pace` throws
 */
export async function computeCandidates(
  project: Project,
  image: ImageEntry,
  settings: CandidateSettings,
  pace: Pace,
  blockPx = workingBlockPx(image),
): Promise<CandidatesView> {
  const feature = await recentFeature(project, image, settings, blockPx, pace.signal);
  const locations = await locationsIn(project, image, blockPx);
  const steps = rankedSteps(feature, { ...settings, blockPx }, locations);
  const { candidates, ranking, presets } = await inSteps(steps, pace);
  const { best: likely, confidence, isEmpty } = ranking;
  // An empty suggestion replaces the tightest candidate.
  const best = isEmpty ? candidates.length - 1 : likely;
  if (isEmpty) candidates[best] = withoutForeground(itemAt(candidates, best));
  return {
    image: image.id,
    settings,
    candidates: candidates.map((candidate) => candidateView(candidate, locations, image, blockPx)),
    best,
    confidence,
    ...(isEmpty ? { note: emptyNote(feature, locations) } : {}),
    presets: [...presets],
    feature: feature.kind,
    thresholds: candidates.map(({ threshold }) => threshold + feature.zero),
  };
}

/** The same for a first look at a large image, on at most 2²⁰ blocks of pixels. */
export function coarseCandidates(
  project: Project,
  image: ImageEntry,
  settings: CandidateSettings,
  pace: Pace,
): Promise<CandidatesView> {
  return computeCandidates(project, image, settings, pace, coarseBlockPx(image));
}

/** A candidate with an empty foreground. */
function withoutForeground(candidate: Candidate): Candidate {
  const { height, width, data } = candidate.mask;
  const mask = { height, width, data: new Uint8Array(data.length) };
  return { ...candidate, mask, foregroundFraction: 0, medianInside: NaN };
}

function emptyNote({ automatic }: ForegroundFeature, locations: Float32Array | null): string {
  if (!(automatic > 0)) return blankNote;
  if (locations !== null) return 'No foreground is suggested: the image has no locations.';
  return 'No foreground is suggested: nothing stands out from the background.';
}

/** The foreground at a custom threshold, in units of the feature. */
export async function computeThreshold(
  project: Project,
  image: ImageEntry,
  settings: CandidateSettings,
  threshold: number,
  pace: Pace,
): Promise<CandidateView> {
  const blockPx = workingBlockPx(image);
  const feature = await recentFeature(project, image, settings, blockPx, pace.signal);
  const [candidate] = await inSteps(candidateSteps(feature, [threshold], { ...settings, blockPx }), pace);
  return candidateView(candidate!, await locationsIn(project, image, blockPx), image, blockPx);
}

/** Approximate share of the time for reading the image and computing the feature. */
const featureShare = 0.4;

/** Each of five candidates takes two steps: a cut and a cleaning. Few images need more steps. */
const stepShare = (1 - featureShare) / (2 * 5);

async function inSteps<T>(steps: Generator<void, T>, pace: Pace): Promise<T> {
  for (let share = featureShare; ; share += stepShare) {
    await pace(Math.min(1, share));
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The useful range of thresholds, in units of the feature. */
export async function computeThresholdRange(
  project: Project,
  image: ImageEntry,
  settings: CandidateSettings,
  signal?: AbortSignal,
): Promise<{ low: number; high: number; automatic: number }> {
  return foregroundRange(await recentFeature(project, image, settings, workingBlockPx(image), signal));
}

/** The locations of an image in blocks of pixels. */
async function locationsIn(project: Project, image: ImageEntry, blockPx: number): Promise<Locations | null> {
  const locations = await project.annotation(image).read('locations');
  return locations?.map((value) => value / blockPx) ?? null;
}

function candidateView(
  { mask, threshold, multiple, foregroundFraction }: Candidate,
  locations: Locations | null,
  image: ImageEntry,
  blockPx: number,
): CandidateView {
  const inside = locations === null ? null : pointsInside(mask, locations);
  const packed = packMask(mask);
  return {
    threshold,
    multiple,
    fraction: foregroundFraction,
    pointsInside: inside,
    pointsOutside: inside === null || locations === null ? null : locations.length / 2 - inside,
    mask: packed,
    maskSha256: hashBytes(packed.bits),
    blockPx,
    contours: enlargeContours(traceContours(mask), blockPx, image),
  };
}

function pointsInside({ height, width, data }: Mask, locations: Float32Array): number {
  let count = 0;
  for (let i = 0; i < locations.length; i += 2) {
    const row = Math.min(height - 1, Math.floor(float32At(locations, i)));
    const column = Math.min(width - 1, Math.floor(float32At(locations, i + 1)));
    count += uint8At(data, row * width + column);
  }
  return count;
}
