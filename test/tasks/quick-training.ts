import { join } from 'node:path';
import type { Project } from '../../src-main/project/project.ts';
import { attachLabels } from '../../src-main/tasks/images/attach-labels.ts';
import { locateCells } from '../../src-main/tasks/locations/locate-cells.ts';
import type { TrainParams } from '../../src-main/tasks/training/begin-training.ts';
import { control, smallProject } from './small-project.ts';

/** Two epochs of three steps: enough for a model that finds something. */
export const quickTraining: TrainParams = {
  preset: 'tiny',
  until: { kind: 'steps', steps: 6 },
  settings: { stepsPerEpoch: 3, cropPx: 64, warmupSteps: 2 },
  seed: 1,
  engine: 'onnx',
  startFrom: null,
};

/**
 * Fields with an annotation as a machine would make it. It comes from labels, so the test needs no image
 * analysis.
 */
export async function annotatedProject(folder: string, fields: number): Promise<Project> {
  const project = await smallProject(folder, fields);
  await attachLabels(project, { folder: join(folder, 'truth') }, control);
  await locateCells(project, { choice: { kind: 'labels' } }, control);
  return project;
}
