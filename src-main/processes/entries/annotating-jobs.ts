import type { Mask } from '../../contract/pixels.ts';
import { packMask } from '../../contract/packed-mask.ts';
import type { CandidateSettings, CandidatesView, CandidateView } from '../../contract/requests/foreground.ts';
import type { CheckedParams } from '../../contract/requests.ts';
import type { CellTable, EvaluationView, ExportReport } from '../../contract/requests/results.ts';
import type { LocationSettings, LocationsPreview } from '../../contract/requests/locations.ts';
import { candidatesAt, defaultPresets } from '../../annotation/foreground-candidates.ts';
import type { Candidate } from '../../annotation/foreground-candidates.ts';
import { foregroundRange } from '../../annotation/foreground-range.ts';
import { findLocations } from '../../annotation/find-locations.ts';
import { rankCandidates } from '../../annotation/rank-candidates.ts';
import { traceContours } from '../../imaging/contours/trace-contours.ts';
import { resizePlane } from '../../imaging/resample/resize-plane.ts';
import { makeSample } from '../../tasks/demo/make-sample.ts';
import { sigmaInPixels } from '../../project/location-finder.ts';
import type { ChildJobControl } from '../job-messages.ts';
import { freshProjectOf } from '../../project/scope.ts';
import type { Scope } from '../../project/scope.ts';
import { exportCells } from '../../tasks/results/export-cells.ts';
import { cellTable, evaluateProject } from '../../tasks/results/judge-project.ts';
import { recentFeature, recentPlane } from '../../tasks/images/recent-plane.ts';

/** Longer side from which a coarse preview halves the image, px. */
const coarseFromPx = 700;

/** Everything a thread of the imaging process does, by name. */
export const annotatingJobs = {
  candidates: async ({
    image: id,
    settings,
    ...scope
  }: Scope & { image: string; settings: CandidateSettings }): Promise<CandidatesView> => {
    const project = await freshProjectOf(scope);
    const image = project.image(id);
    const feature = await recentFeature(project, image, settings);
    const multiples = settings.presets ?? defaultPresets[feature.kind];
    const thresholds = multiples.map((multiple) => multiple * feature.automatic);
    const candidates = candidatesAt(feature, thresholds, settings);
    const locations = await project.annotation(image).read('locations');
    const { best, confidence } = rankCandidates(candidates, locations ?? undefined);
    return {
      image: id,
      candidates: candidates.map((candidate) => candidateView(candidate, locations)),
      best,
      confidence,
      presets: [...multiples],
    };
  },

  threshold: async ({
    image: id,
    settings,
    threshold,
    ...scope
  }: Scope & { image: string; settings: CandidateSettings; threshold: number }): Promise<CandidateView> => {
    const project = await freshProjectOf(scope);
    const image = project.image(id);
    const feature = await recentFeature(project, image, settings);
    const locations = await project.annotation(image).read('locations');
    return candidateView(candidatesAt(feature, [threshold], settings)[0]!, locations);
  },

  range: async ({
    image: id,
    settings,
    ...scope
  }: Scope & { image: string; settings: CandidateSettings }): Promise<{
    low: number;
    high: number;
    automatic: number;
  }> => {
    const project = await freshProjectOf(scope);
    return foregroundRange(await recentPlane(project, project.image(id), 'cells'), settings);
  },

  locations: async ({
    image: id,
    settings,
    coarse,
    ...scope
  }: Scope & { image: string; settings: LocationSettings; coarse: boolean }): Promise<LocationsPreview> => {
    const project = await freshProjectOf(scope);
    const image = project.image(id);
    const plane = await recentPlane(project, image, 'nuclei');
    const sigma = sigmaInPixels(settings.sigma, image);
    const factor = coarse && Math.max(plane.height, plane.width) > coarseFromPx ? 2 : 1;
    const small =
      factor === 1
        ? plane
        : resizePlane(plane, Math.round(plane.height / factor), Math.round(plane.width / factor));
    const found = findLocations(small, { ...settings, sigma: sigma === 'auto' ? sigma : sigma / factor });
    return {
      points: factor === 1 ? found.locations : found.locations.map((value) => value * factor),
      sigmaPx: found.sigmaPx * factor,
      threshold: found.threshold,
      coarse: factor > 1,
    };
  },

  evaluate: async (
    { params, ...scope }: Scope & { params: CheckedParams<'results.evaluate'> },
    control: ChildJobControl,
  ): Promise<EvaluationView> => evaluateProject(await freshProjectOf(scope), params, control),

  export: async (
    { params, ...scope }: Scope & { params: CheckedParams<'export.run'> },
    control: ChildJobControl,
  ): Promise<ExportReport> => exportCells(await freshProjectOf(scope), params, control),

  cells: async ({
    params,
    ...scope
  }: Scope & { params: CheckedParams<'results.cells'> }): Promise<CellTable> =>
    cellTable(await freshProjectOf(scope), params),

  makeSample: async ({ folder }: { folder: string }, control: ChildJobControl): Promise<null> => {
    await makeSample(folder, control);
    return null;
  },
};

export type AnnotatingJobs = typeof annotatingJobs;

function candidateView(
  { mask, threshold, multiple, foregroundFraction }: Candidate,
  locations: Float32Array | null,
): CandidateView {
  const inside = locations === null ? null : pointsInside(mask, locations);
  return {
    threshold,
    multiple,
    fraction: foregroundFraction,
    pointsInside: inside,
    pointsOutside: inside === null || locations === null ? null : locations.length / 2 - inside,
    mask: packMask(mask),
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
