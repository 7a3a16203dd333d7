import { toFailure } from '../../contract/failure.ts';
import type { ModelCard } from '../../contract/model-card.ts';
import type { ModelDetails, ModelList, ModelSummary } from '../../contract/requests/model-requests.ts';
import { calibrationText } from '../../contract/calibration-text.ts';
import { validationFigure } from '../../contract/validation-figure.ts';
import type { ModelEntry } from '../../project/model-store.ts';
import type { Project } from '../../project/project.ts';

/** With fewer steps, the start takes most of the time of a training. */
const fewestSteps = 50;

/** The models of a project, newest first, and the unreadable ones. */
export async function listModels(project: Project): Promise<ModelList> {
  const { models, damaged } = await project.models.survey();
  return {
    models: models.map(summaryOf),
    damaged: damaged.map(({ id, name, error }) => ({ id, name, failure: toFailure(error) })),
  };
}

/** A model with its whole card. @throws LacssError `model-invalid` */
export async function readModel(project: Project, id: string): Promise<ModelDetails> {
  const models = project.models;
  const wanted = await models.find(id);
  const entry = (await models.list()).find((model) => model.id === wanted)!;
  return { ...summaryOf(entry), card: entry.card, rows: rowsOf(entry.card) };
}

function summaryOf({ id, card, bytes }: ModelEntry): ModelSummary {
  const { training } = card;
  const chosen = training?.epochs.find(({ epoch }) => epoch === training.chosenEpoch);
  return {
    id,
    name: card.name,
    preset: card.preset,
    createdAt: card.createdAt,
    parameters: card.weights.parameters,
    inputChannels: card.inputChannels.length,
    trainedOn: {
      images: training?.images.length ?? 0,
      labelled: training?.images.filter(({ supervision }) => supervision === 'full').length ?? 0,
    },
    startedFrom: training?.startedFrom ?? null,
    epochs: training?.epochs.length ?? 0,
    msPerStep: training && training.steps >= fewestSteps ? training.elapsedMs / training.steps : null,
    validation: validationFigure(chosen?.validation ?? null),
    bytes,
  };
}

/** `6 250`: a number of the card, thin spaces between thousands as everywhere in the window. */
function grouped(value: number): string {
  return value.toLocaleString('en').replaceAll(',', '\u202f');
}

function rowsOf(card: ModelCard): ModelDetails['rows'] {
  const { preprocessing, training, weights } = card;
  const { diameterPx, overridden, pixelSizeUm } = preprocessing.cellSize;
  const size = `${diameterPx.toFixed(1)} px${pixelSizeUm === null ? '' : ` of ${pixelSizeUm.toFixed(3)} µm`}`;
  const rows = [
    { topic: 'Preset', text: card.preset },
    { topic: 'Parameters', text: grouped(weights.parameters) },
    { topic: 'Sees', text: card.inputChannels.map(({ name, role }) => `${name} (${role})`).join(', ') },
    { topic: 'Cell diameter', text: `${size}, ${overridden ? 'set by hand' : 'from the annotations'}` },
  ];
  if (training === null) return [...rows, { topic: 'Training', text: 'never trained' }];
  const full = training.images.filter(({ supervision }) => supervision === 'full').length;
  return [
    ...rows,
    {
      topic: 'Trained on',
      text: `${grouped(training.images.length)} images, ${grouped(full)} of them with label images`,
    },
    { topic: 'Started from', text: training.startedFrom ?? 'random weights' },
    {
      topic: 'Steps',
      text: `${grouped(training.steps)}, epoch ${training.chosenEpoch} of ${training.epochs.length} chosen`,
    },
    { topic: 'Time', text: timeText(training) },
    { topic: 'Seed', text: String(training.settings.seed) },
    { topic: 'Scores', text: calibrationText(card.calibration ?? null) },
    ...Object.entries(card.figures).map(([topic, value]) => ({ topic, text: value.toPrecision(3) })),
  ];
}

/** Duration and engine of the training. Cards of stopped trainings have no engine. */
function timeText({ elapsedMs, engine }: { elapsedMs: number; engine: string }): string {
  const minutes = `${(elapsedMs / 60_000).toFixed(1)} min`;
  return engine === 'stopped by hand' ? `${minutes}, stopped by hand` : `${minutes} on ${engine}`;
}
