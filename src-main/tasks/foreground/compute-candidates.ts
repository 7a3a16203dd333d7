import { candidatesAt, defaultPresets } from '../../annotation/foreground-candidates.ts';
import type { Candidate } from '../../annotation/foreground-candidates.ts';
import { foregroundRange } from '../../annotation/foreground-range.ts';
import { rankCandidates } from '../../annotation/rank-candidates.ts';
import { packMask } from '../../contract/packed-mask.ts';
import type { Mask } from '../../contract/pixels.ts';
import type { ImageEntry } from '../../contract/project.ts';
import type { CandidateSettings, CandidatesView, CandidateView } from '../../contract/requests/foreground.ts';
import { traceContours } from '../../imaging/contours/trace-contours.ts';
import { hashBytes } from '../../project/hash-bytes.ts';
import type { Project } from '../../project/project.ts';
import { recentFeature, recentPlane } from '../images/recent-plane.ts';

/** The five candidates of an image in the order of their presets, and which of them is suggested. */
export async function computeCandidates(
  project: Project,
  image: ImageEntry,
  settings: CandidateSettings,
): Promise<CandidatesView> {
  const feature = await recentFeature(project, image, settings);
  const multiples = settings.presets ?? defaultPresets[feature.kind];
  const thresholds = multiples.map((multiple) => multiple * feature.automatic);
  const candidates = candidatesAt(feature, thresholds, settings);
  const locations = await project.annotation(image).read('locations');
  const { best, confidence } = rankCandidates(candidates, locations ?? undefined);
  return {
    image: image.id,
    settings,
    candidates: candidates.map((candidate) => candidateView(candidate, locations)),
    best,
    confidence,
    presets: [...multiples],
  };
}

/** The foreground at a threshold of one's own, in units of the feature. */
export async function computeThreshold(
  project: Project,
  image: ImageEntry,
  settings: CandidateSettings,
  threshold: number,
): Promise<CandidateView> {
  const feature = await recentFeature(project, image, settings);
  const locations = await project.annotation(image).read('locations');
  return candidateView(candidatesAt(feature, [threshold], settings)[0]!, locations);
}

/** Thresholds worth trying by hand, in units of the feature. */
export async function computeThresholdRange(
  project: Project,
  image: ImageEntry,
  settings: CandidateSettings,
): Promise<{ low: number; high: number; automatic: number }> {
  return foregroundRange(await recentPlane(project, image, 'cells'), settings);
}

function candidateView(
  { mask, threshold, multiple, foregroundFraction }: Candidate,
  locations: Float32Array | null,
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
    contours: traceContours({ ...mask, data: Int32Array.from(mask.data) }),
  };
}

function pointsInside({ height, width, data }: Mask, locations: Float32Array): number {
  let count = 0;
  for (let i = 0; i < locations.length; i += 2) {
    const row = Math.min(height - 1, Math.floor(locations[i]!));
    const column = Math.min(width - 1, Math.floor(locations[i + 1]!));
    count += data[row * width + column]!;
  }
  return count;
}
