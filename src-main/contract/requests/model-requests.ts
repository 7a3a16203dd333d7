import { z } from 'zod';
import type { Failure } from '../failure.ts';
import type { ModelCard } from '../model-card.ts';
import { grantedPath, modelId, ofImage, ofProject, projectId } from '../fields.ts';
import type { ModelId } from '../fields.ts';
import { request } from '../request.ts';
import { shownName } from '../visible-text.ts';
import type { SegmentationView } from './segment-requests.ts';

/** A model in the list: a summary of its model card. */
export interface ModelSummary {
  id: ModelId;
  name: string;
  preset: ModelCard['preset'];
  /** ISO 8601. */
  createdAt: string;
  parameters: number;
  inputChannels: number;
  /** Images it was trained on, and how many of them with full label images. */
  trainedOn: { images: number; labelled: number };
  startedFrom: string | null;
  epochs: number;
  /** Time per training step, including validation; null with too few steps. */
  msPerStep: number | null;
  /** The best validation, which chose its weights. */
  validation: { measure: string; value: number } | null;
  bytes: number;
}

export interface ModelList {
  /** Usable models, newest first. */
  models: ModelSummary[];
  /** Models whose model card cannot be read, each with the error. */
  damaged: { id: ModelId; name: string; failure: Failure }[];
}

export interface ModelDetails extends ModelSummary {
  /** The whole model card, as in its file. */
  card: unknown;
  /** Rows of the model card for people: topic, text. */
  rows: { topic: string; text: string }[];
}

const ofModel = z.strictObject({ project: projectId, model: modelId });

export const modelRequests = {
  'models.list': request(ofProject, { effect: 'read', process: 'imaging' }).returns<ModelList>(),
  'models.read': request(ofModel, { effect: 'read', process: 'imaging' }).returns<ModelDetails>(),
  'models.rename': request(
    z.strictObject({ ...ofModel.shape, name: shownName.pipe(z.string().min(1).max(120)) }),
    {
      effect: 'change',
      process: 'imaging',
    },
  ).returns<ModelList>(),
  'models.delete': request(ofModel, { effect: 'change', process: 'imaging' }).returns<ModelList>(),
  /** Writes the model as one file to a path from `host.choose`, or into a granted folder. */
  'models.export': request(z.strictObject({ ...ofModel.shape, path: grantedPath }), {
    effect: 'change',
    process: 'imaging',
  }).returns<{
    path: string;
    bytes: number;
  }>(),
  'models.import': request(z.strictObject({ project: projectId, path: grantedPath }), {
    effect: 'change',
    process: 'imaging',
  }).returns<ModelSummary>(),
  /** The cells a model finds in one image, for comparison. Saves nothing. */
  'models.try': request(z.strictObject({ ...ofImage.shape, model: modelId }), {
    effect: 'read',
    process: 'learning',
  }).returns<SegmentationView>(),
};
