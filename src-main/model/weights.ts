import * as tf from '@tensorflow/tfjs-core';
import { LacssError } from '../contract/errors.ts';
import { parseToFirstFault } from '../contract/parse-to-first-fault.ts';
import {
  modelCardSchema,
  weightManifestSchema,
  type ModelCard,
  type WeightManifest,
} from '../contract/model-card.ts';
import { createModel, type LacssModel } from './create-model.ts';
import { foregroundNetName } from './foreground-net.ts';

export interface SavedWeights {
  manifest: WeightManifest;
  /** All weights in the manifest's order, float32, little-endian. */
  bytes: Uint8Array;
}

/** File name of the weights in the manifest. */
const weightsFileName = 'weights.bin';

/** What to do about a model that cannot be read. */
const REMEDY = 'Choose another model, or copy this one again from its source.';

/** A model's weights in tfjs format: the `weightsManifest` of a model.json, and the bytes of its one file. */
export function saveWeights(model: LacssModel): SavedWeights {
  const weights: WeightManifest[number]['weights'] = [];
  const size = [...model.variables.values()].reduce((sum, variable) => sum + variable.size, 0);
  // Every supported machine is little-endian.
  const values = new Float32Array(size);
  let at = 0;
  for (const [name, variable] of model.variables) {
    weights.push({ name, shape: [...variable.shape], dtype: 'float32' });
    values.set(variable.dataSync(), at);
    at += variable.size;
  }
  return { manifest: [{ paths: [weightsFileName], weights }], bytes: new Uint8Array(values.buffer) };
}

/**
 * Loads saved weights into a model of the same architecture.
 * @throws LacssError `model-invalid` if names, shapes or the number of bytes differ from this model's, or if
 *   a weight is not finite. The model then stays unchanged.
 */
export function restoreWeights(model: LacssModel, manifest: unknown, bytes: Uint8Array): void {
  const parsed = parseToFirstFault(weightManifestSchema, manifest);
  if (!parsed.success) throw invalid(`its weight manifest is damaged: ${parsed.error.issues[0]?.message}`);
  const entries = parsed.data.flatMap((group) => group.weights);
  if (entries.length !== model.variables.size) {
    throw invalid(`it lists ${entries.length} weights instead of ${model.variables.size}`);
  }
  const values = new Map<tf.Variable, Float32Array>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  for (const entry of entries) {
    const variable = model.variables.get(entry.name);
    if (variable === undefined || variable.shape.join() !== entry.shape.join()) {
      throw invalid(
        `it has a weight ${entry.name} [${entry.shape}] instead of ${variable === undefined ? 'none' : `[${variable.shape}]`}`,
      );
    }
    if (at + 4 * variable.size > bytes.byteLength) break;
    const weight = new Float32Array(variable.size);
    for (let i = 0; i < weight.length; i++, at += 4) {
      weight[i] = view.getFloat32(at, true);
      if (!Number.isFinite(weight[i])) throw invalid(`a number of ${entry.name} is ${weight[i]}`);
    }
    values.set(variable, weight);
  }
  const expected = 4 * [...model.variables.values()].reduce((sum, variable) => sum + variable.size, 0);
  if (bytes.byteLength !== expected || values.size !== entries.length) {
    throw invalid(`its weights have ${bytes.byteLength} bytes instead of ${expected}`);
  }
  for (const [variable, weight] of values) {
    tf.tidy(() => variable.assign(tf.tensor(weight, variable.shape)));
  }
}

/**
 * Takes the weights of another model of the same architecture. The foreground net, which only training with
 * points alone has, keeps its own weights where the other model has none.
 * @throws LacssError `model-invalid` as `loadModel`
 */
export async function adoptWeights(
  model: LacssModel,
  { card, manifest, bytes }: { card: unknown; manifest: unknown; bytes: Uint8Array },
): Promise<void> {
  const other = await loadModel(card, manifest, bytes);
  try {
    for (const [name, variable] of model.variables) {
      const known = other.variables.get(name);
      if (known !== undefined) variable.assign(known);
      else if (!name.startsWith(foregroundNetName)) throw invalid(`it has no weight ${name}`);
    }
  } finally {
    other.dispose();
  }
}

/**
 * Creates a model from its model card and weights.
 * @param card parsed JSON, not yet validated
 * @throws LacssError `model-invalid` if any part is damaged or the parts do not match
 */
export async function loadModel(card: unknown, manifest: unknown, bytes: Uint8Array): Promise<LacssModel> {
  const { preset, inputChannels, weights, variant } = validateModelCard(card);
  if ((await sha256(bytes)) !== weights.sha256) {
    throw invalid('its weights do not match its model card (checksum differs)');
  }
  const model = createModel(preset, inputChannels.length, 0, variant);
  try {
    restoreWeights(model, manifest, bytes);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
}

/**
 * Validates a model card.
 * @throws LacssError `model-invalid` naming the first wrong field
 */
export function validateModelCard(card: unknown): ModelCard {
  const parsed = parseToFirstFault(modelCardSchema, card);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(`its model card is damaged at ${issue?.path.join('.') || 'the top'}: ${issue?.message}`);
}

/** The SHA-256 of bytes as 64 hexadecimal digits. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function invalid(what: string): LacssError {
  return new LacssError('model-invalid', `This model cannot be used: ${what}.`, { remedy: REMEDY });
}
