import { itemAt } from '../contract/elements.ts';
import type { TrainingStatus } from '../contract/requests/training-requests.ts';
import type { TrainingRun } from '../contract/training-run.ts';
import type { KeptTraining } from '../tasks/training/kept-training.ts';
import type { HostServices } from './host-services.ts';
import { idleTraining } from './idle-training.ts';
import type { HeldProject } from './open-projects.ts';

/** An unfinished training of an earlier host. */
export interface UnfinishedTraining {
  state: TrainingStatus;
  kept: KeptTraining;
}

/** The last interrupted training of a project, as paused; `null` if there is none. */
export async function findUnfinishedTraining(
  host: HostServices,
  { scope, id }: HeldProject,
): Promise<UnfinishedTraining | null> {
  const found = await host.imaging.run('training.unfinished', scope, { onCrash: 'again' });
  if (found === null) return null;
  const { model, run } = found;
  const kept = await host.imaging.run('training.log', { ...scope, model }, { onCrash: 'again' });
  const last = kept.steps.at(-1);
  const { settings } = run;
  const totalSteps = settings.steps ?? 0;
  const state: TrainingStatus = {
    ...idleTraining(id),
    phase: 'paused',
    message: `${run.name} was interrupted. It can continue from its checkpoint.`,
    model,
    step: last?.step ?? 0,
    epoch: last?.epoch ?? 0,
    totalSteps,
    totalEpochs: Math.ceil(totalSteps / settings.stepsPerEpoch),
    elapsedSeconds: (last?.elapsedMs ?? 0) / 1000,
    request: requestOf(id, run),
  };
  return { state, kept };
}

function requestOf(project: string, run: TrainingRun): NonNullable<TrainingStatus['request']> {
  const { steps, stepsPerEpoch, minutes, seed } = run.settings;
  return {
    project,
    name: run.name,
    images: run.training,
    preset: run.preset,
    ...(run.variant?.method === undefined ? {} : { method: run.variant.method }),
    startFrom: run.startedFrom,
    until:
      minutes === null
        ? { kind: 'epochs', epochs: Math.max(1, Math.ceil((steps ?? 0) / stepsPerEpoch)) }
        : { kind: 'minutes', minutes },
    seed,
    engine: 'auto',
    preview: run.validation[0] ?? itemAt(run.training, 0),
    ...(run.teaching === undefined ? {} : { teaching: { rehearsalShare: run.teaching.rehearsal.share } }),
  };
}
