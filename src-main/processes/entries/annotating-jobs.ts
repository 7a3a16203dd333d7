import { freshProjectOf } from '../../project/scope.ts';
import type { AnnotatingJobs } from '../../tasks/annotation-threads.ts';
import { makeSample } from '../../tasks/demo/make-sample.ts';
import {
  coarseCandidates,
  computeCandidates,
  computeThreshold,
  computeThresholdRange,
} from '../../tasks/foreground/compute-candidates.ts';
import { computeLocations } from '../../tasks/locations/compute-locations.ts';
import { paceOf } from '../../tasks/pace-of.ts';
import { compareCells } from '../../tasks/results/compare-cells.ts';
import { exportCells } from '../../tasks/results/export-cells.ts';
import { cellTable, evaluateProject } from '../../tasks/results/judge-project.ts';

/** The jobs of a thread of the imaging process, by name. */
export const annotatingJobs: AnnotatingJobs = {
  candidates: async ({ image, settings, coarse, ...scope }, control) => {
    const project = await freshProjectOf(scope);
    const entry = project.image(image);
    return (coarse ? coarseCandidates : computeCandidates)(project, entry, settings, paceOf(control));
  },
  threshold: async ({ image, settings, threshold, ...scope }, control) => {
    const project = await freshProjectOf(scope);
    return computeThreshold(project, project.image(image), settings, threshold, paceOf(control));
  },
  range: async ({ image, settings, ...scope }, { signal }) => {
    const project = await freshProjectOf(scope);
    return computeThresholdRange(project, project.image(image), settings, signal);
  },
  locations: async ({ image, settings, coarse, ...scope }, control) => {
    const project = await freshProjectOf(scope);
    return computeLocations(project, project.image(image), settings, coarse, paceOf(control));
  },
  evaluate: async ({ params, ...scope }, control) =>
    evaluateProject(await freshProjectOf(scope), params, control),
  export: async ({ params, ...scope }, control) => exportCells(await freshProjectOf(scope), params, control),
  compare: async ({ params, ...scope }, { signal }) =>
    compareCells(await freshProjectOf(scope), params, signal),
  cells: async ({ params, ...scope }, { signal }) => cellTable(await freshProjectOf(scope), params, signal),
  makeSample: async ({ folder }, control) => {
    await makeSample(folder, control);
    return null;
  },
};
