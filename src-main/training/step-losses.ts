import * as tf from '@tensorflow/tfjs-core';
import { tupleOf } from '../contract/elements.ts';
import type { LossTerms, TrainingSettings } from '../contract/training.ts';
import { inPart } from '../engine/common/network-parts.ts';
import { detectionLoss } from '../losses/detection-loss.ts';
import { edgeLoss } from '../losses/edge-loss.ts';
import {
  foregroundLoss,
  foregroundNearPoints,
  foregroundOfMasks,
  priorOf,
  predictedForeground,
} from '../losses/foreground-loss.ts';
import { fullInstanceLoss } from '../losses/full-instance-loss.ts';
import { locationLoss } from '../losses/location-loss.ts';
import { countCells } from '../losses/patch-weights.ts';
import { reviewedInstanceLoss } from '../losses/reviewed-instance-loss.ts';
import { sizeLoss, softAreas } from '../losses/size-loss.ts';
import { weakInstanceLoss } from '../losses/weak-instance-loss.ts';
import type { LacssModel } from '../model/create-model.ts';
import type { CropTensors, ReviewedTensors } from './crop-tensors.ts';
import type { Supervision } from './training-example.ts';
import { proposeLocations, type GridOwners } from './propose-locations.ts';

/** The scalars of one step; `null` if the crop has no such term. */
export interface StepLosses {
  detection: tf.Scalar;
  location: tf.Scalar;
  instance: tf.Scalar;
  size: tf.Scalar | null;
  edge: tf.Scalar | null;
  /** Of the foreground net, with points only. */
  foreground: tf.Scalar | null;
  /** Weighted sum, the basis of the gradient. */
  total: tf.Scalar;
  /** Mean area of a cell's soft mask in px. */
  meanArea: tf.Scalar;
}

/** What determines the loss terms. */
export interface LossKind {
  supervision: Supervision['kind'];
  /** Whether there is an edge loss, which needs auxnet. */
  usesAuxnet: boolean;
}

/** The forward pass of training: the network on one crop, and every loss term. */
export function stepLosses(
  model: LacssModel,
  crop: CropTensors & Partial<ReviewedTensors> & { /** 0 … 1 */ trust?: tf.Scalar },
  { supervision, usesAuxnet }: LossKind,
  settings: Pick<TrainingSettings, 'proposalRadiusPx' | 'lossWeights'>,
): StepLosses {
  const { image, positives, offsets, validity, mask, ids } = crop;
  const features = model.features(image);
  const detection = inPart('loss/detection', () =>
    detectionLoss(features.scoreLogits, positives, crop.known),
  );
  const location = inPart('loss/location', () => locationLoss(features.offsets, offsets, positives));

  const locations = inPart('proposals', () =>
    proposeLocations(features, crop.locations, validity, settings.proposalRadiusPx, ownersOf(crop)),
  ); // [N, 2]
  const patches = model.segment(features, locations); // logits [N, p, p]
  const [height, width] = mask.shape;
  const areas = inPart('loss/size', () => softAreas(patches, validity, { height, width })); // [N] in mask px
  const meanArea: tf.Scalar = tf.mul(tf.div(tf.sum(areas), countCells(validity)), patches.maskStride ** 2);

  let instance: tf.Scalar;
  let size: tf.Scalar | null = null;
  let edge: tf.Scalar | null = null;
  let foreground: tf.Scalar | null = null;
  if (supervision === 'full') {
    instance = inPart('loss/instance', () => fullInstanceLoss(patches, mask, ids, validity));
  } else if (supervision === 'reviewed') {
    const outlined: tf.Tensor1D = tf.cast(tf.greater(ids, 0), 'float32');
    const located: tf.Tensor1D = tf.sub(validity, outlined);
    const instances = { labels: mask, untouched: crop.untouched!, ids, outlined, located };
    instance = inPart('loss/instance', () => reviewedInstanceLoss(patches, instances));
    size = inPart('loss/size', () => sizeLoss(areas, patches.logits.shape[1], located));
  } else {
    let cells: tf.Tensor2D = mask;
    if (supervision === 'points') {
      const found = foregroundNetOf(model)(image); // [H/maskStride, W/maskStride]
      const prior = priorOf(model.preset.cellDiameterPx / patches.maskStride);
      const near = foregroundNearPoints(patches, validity, prior, { height, width });
      const shown = foregroundOfMasks(patches, validity, prior, { height, width });
      foreground = inPart('loss/foreground', () => foregroundLoss(found, weighted(near, shown, crop.trust)));
      cells = weighted(near, predictedForeground(found), crop.trust);
    }
    instance = inPart('loss/instance', () => weakInstanceLoss(patches, cells, validity));
    size = inPart('loss/size', () => sizeLoss(areas, patches.logits.shape[1], validity));
    if (usesAuxnet) {
      const edges = model.edges(image, features); // [H/maskStride, W/maskStride]
      edge = inPart('loss/edge', () => edgeLoss(patches, edges, validity));
    }
  }

  const weights = settings.lossWeights;
  let total: tf.Scalar = tf.mul(detection, weights.detection);
  total = tf.add(total, tf.mul(location, weights.location));
  total = tf.add(total, tf.mul(instance, weights.instance));
  if (size !== null) total = tf.add(total, tf.mul(size, weights.size));
  if (edge !== null) total = tf.add(total, tf.mul(edge, weights.edge));
  // It trains the foreground net alone, so a weight would change nothing.
  if (foreground !== null) total = tf.add(total, foreground);
  return { detection, location, instance, size, edge, foreground, total, meanArea };
}

/** The foreground near the points at the start of a training, later the learned one. */
function weighted(near: tf.Tensor2D, learned: tf.Tensor2D, trust?: tf.Scalar): tf.Tensor2D {
  if (trust === undefined) return learned;
  return tf.add(tf.mul(learned, trust), tf.mul(near, tf.sub(1, trust)));
}

function foregroundNetOf({ foreground }: LacssModel): NonNullable<LacssModel['foreground']> {
  if (foreground !== null) return foreground;
  throw new TypeError('Expected a network with a foreground net for points only, received one without');
}

/** In a reviewed crop not every cell is among the locations. */
function ownersOf({ owners, ids }: CropTensors & Partial<ReviewedTensors>): GridOwners | undefined {
  return owners === undefined ? undefined : { grid: owners, ids };
}

/** The results of one step. */
export interface StepNumbers {
  terms: LossTerms;
  /** Mean area of a cell's soft mask in px; 0 without cells. */
  meanAreaPx: number;
  /** Numbers packed after the losses. */
  rest: number[];
}

/** All losses in one tensor [8], because reading one tensor is cheaper than reading eight. */
export function packLosses(losses: StepLosses): tf.Tensor1D {
  const none = tf.scalar(0);
  const { detection, location, instance, size, edge, foreground, total, meanArea } = losses;
  return tf.stack([
    detection,
    location,
    instance,
    size ?? none,
    edge ?? none,
    foreground ?? none,
    total,
    meanArea,
  ]) as tf.Tensor1D;
}

/** Reads the result of packLosses and disposes it. */
export async function readLosses(
  packed: tf.Tensor1D,
  { supervision, usesAuxnet }: LossKind,
): Promise<StepNumbers> {
  const numbers = await packed.data();
  const [detection, location, instance, size, edge, foreground, total, meanAreaPx] = tupleOf(
    [...numbers.subarray(0, 8)],
    8,
  );
  packed.dispose();
  return {
    terms: {
      detection,
      location,
      instance,
      size: supervision === 'full' ? null : size,
      edge: usesAuxnet ? edge : null,
      ...(supervision === 'points' ? { foreground } : {}),
      total,
    },
    meanAreaPx,
    rest: [...numbers.subarray(8)],
  };
}
