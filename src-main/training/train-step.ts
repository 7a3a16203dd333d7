import * as tf from '@tensorflow/tfjs-core';
import type { LossTerms, TrainingSettings } from '../contract/training.ts';
import { sumOfSquares } from '../engine/adamw-update.ts';
import { Replayed } from '../engine/replayed.ts';
import { detectionLoss } from '../losses/detection-loss.ts';
import { edgeLoss } from '../losses/edge-loss.ts';
import { fullInstanceLoss } from '../losses/full-instance-loss.ts';
import { locationLoss } from '../losses/location-loss.ts';
import { countCells } from '../losses/patch-weights.ts';
import { sizeLoss, softAreas } from '../losses/size-loss.ts';
import { weakInstanceLoss } from '../losses/weak-instance-loss.ts';
import type { LacssModel } from '../model/create-model.ts';
import { AdamW, type AdamWState } from './adamw.ts';
import { cellBucket } from './cell-buckets.ts';
import type { Crop } from './draw-crop.ts';
import { locationTargets } from './location-targets.ts';
import { proposeLocations } from './propose-locations.ts';

/** What came of one step. */
export interface StepOutcome {
  terms: LossTerms;
  /** Length of the gradient of all weights before it was clipped. */
  gradientNorm: number;
  /** Mean area of a cell's soft mask in px; 0 without cells. */
  meanAreaPx: number;
}

/** What must be kept to go on exactly where a training stopped, besides the weights. */
export interface OptimizerState {
  network: AdamWState;
  auxnet: AdamWState;
}

/** Where locations that only fill a tensor up are put: near the corner, and never counted. */
const FILL_LOCATION = 0;

/** A crop and the optimizer's numbers as tensors: all that changes from step to step. */
type StepInputs = CropInputs & {
  learningRate: tf.Scalar;
  networkFirst: tf.Scalar;
  networkSecond: tf.Scalar;
  auxnetFirst: tf.Scalar;
  auxnetSecond: tf.Scalar;
};

/** Cells are padded to a bucket of N, so that crops of like numbers of cells share a graph. */
type CropInputs = {
  /** [1, size, size, channels] */
  image: tf.Tensor4D;
  /** [h, w] and [h, w, 2], as locationTargets gives them. */
  positives: tf.Tensor2D;
  offsets: tf.Tensor3D;
  /** [N, 2] in px, and 1 or 0 for what only fills up [N]. */
  locations: tf.Tensor2D;
  validity: tf.Tensor1D;
  /** [side, side] at the resolution of the masks. */
  mask: tf.Tensor2D;
  /** [N]: ids of the cells in the mask; 0 where nothing is known of outlines. */
  ids: tf.Tensor1D;
};

/**
 * One step of training: losses, gradients, update. Everything is recorded before anything is read, so that an engine that
 * compiles graphs runs a whole step as one, and repeats it without recording.
 */
export class TrainStep {
  readonly #model: LacssModel;
  readonly #settings: TrainingSettings;
  readonly #network: AdamW;
  readonly #auxnet: AdamW;
  readonly #networkVariables: tf.Variable[] = [];
  readonly #auxnetVariables: tf.Variable[] = [];
  readonly #replayed: Replayed;

  constructor(model: LacssModel, settings: TrainingSettings) {
    this.#model = model;
    this.#settings = settings;
    for (const [name, variable] of model.variables) {
      (name.startsWith('auxnet/') ? this.#auxnetVariables : this.#networkVariables).push(variable);
    }
    this.#network = new AdamW(this.#networkVariables, settings.weightDecay);
    // On its own, because it takes part only where there is an edge loss.
    this.#auxnet = new AdamW(this.#auxnetVariables, settings.weightDecay);
    this.#replayed = new Replayed([
      ...model.variables.values(),
      ...this.#network.moments,
      ...this.#auxnet.moments,
    ]);
  }

  /** Learns from one crop. */
  async run(crop: Crop, learningRate: number): Promise<StepOutcome> {
    const { supervision } = crop;
    const usesAuxnet = supervision === 'weak' && this.#settings.lossWeights.edge > 0;
    const network = this.#network.nextScales();
    const auxnet = this.#auxnet.nextScales();
    const inputs: StepInputs = {
      ...this.#inputs(crop),
      learningRate: tf.scalar(learningRate),
      networkFirst: network.firstScale,
      networkSecond: network.secondScale,
      auxnetFirst: auxnet.firstScale,
      auxnetSecond: auxnet.secondScale,
    };
    try {
      const packed = this.#replayed.run(`learn ${supervision} ${usesAuxnet}`, inputs, (given) =>
        this.#learn(given, supervision, usesAuxnet),
      );
      const outcome = await unpack(packed, supervision === 'weak', usesAuxnet);
      this.#network.stepped();
      if (usesAuxnet) this.#auxnet.stepped();
      return outcome;
    } finally {
      tf.dispose(inputs);
    }
  }

  /** The losses of a crop without learning from it; auxnet's is left out. */
  async measure(crop: Crop): Promise<LossTerms> {
    const { supervision } = crop;
    const inputs = this.#inputs(crop);
    try {
      const packed = this.#replayed.run(`measure ${supervision}`, inputs, (given) =>
        pack(this.#losses(given, supervision, false)),
      );
      return (await unpack(packed, supervision === 'weak', false)).terms;
    } finally {
      tf.dispose(inputs);
    }
  }

  save(): OptimizerState {
    return { network: this.#network.save(), auxnet: this.#auxnet.save() };
  }

  restore(state: OptimizerState): void {
    this.#network.restore(state.network);
    this.#auxnet.restore(state.auxnet);
  }

  /** Frees the graphs of the steps taken so far, because steps of another kind follow. */
  forgetGraphs(): void {
    this.#replayed.forget();
  }

  dispose(): void {
    this.#replayed.forget();
    this.#network.dispose();
    this.#auxnet.dispose();
  }

  #inputs(crop: Crop): CropInputs {
    const { segmentation, locations: grid } = this.#model.preset;
    const cells = crop.locations.length / 2;
    const n = cellBucket(cells);
    const [h, w] = [crop.size / grid.stride, crop.size / grid.stride];
    const targets = locationTargets(crop.locations, h, w, grid.stride);
    const filled = new Float32Array(2 * n).fill(FILL_LOCATION);
    filled.set(crop.locations);
    const ids = new Float32Array(n);
    ids.set(crop.ids);
    const side = crop.size / (segmentation.stride / 2); // masks are twice as fine as the head
    return {
      image: tf.tensor4d(crop.image, [1, crop.size, crop.size, crop.channels]),
      positives: tf.tensor2d(targets.positives, [h, w]),
      offsets: tf.tensor3d(targets.offsets, [h, w, 2]),
      locations: tf.tensor2d(filled, [n, 2]),
      validity: tf.tensor1d(Float32Array.from({ length: n }, (_, i) => (i < cells ? 1 : 0))),
      mask: tf.tensor2d(crop.mask, [side, side]),
      ids: tf.tensor1d(ids),
    };
  }

  /** Losses, gradients, update. @returns the step's numbers and the gradient's length in one tensor */
  #learn(inputs: StepInputs, supervision: Crop['supervision'], usesAuxnet: boolean): tf.Tensor1D {
    const { learningRate, networkFirst, networkSecond, auxnetFirst, auxnetSecond } = inputs;
    const variables = usesAuxnet
      ? [...this.#networkVariables, ...this.#auxnetVariables]
      : this.#networkVariables;
    let numbers: tf.Tensor1D | null = null;
    const { grads } = tf.variableGrads(() => {
      const losses = this.#losses(inputs, supervision, usesAuxnet);
      // Kept, because variableGrads frees everything but the total.
      numbers = tf.keep(pack(losses));
      return losses.total;
    }, variables);

    const norm = tf.sqrt(sumOfSquares(variables.map((variable) => grads[variable.name]!)));
    const gradientScale: tf.Scalar = tf.minimum(tf.div(this.#settings.clipNorm, tf.add(norm, 1e-6)), 1);
    const common = { learningRate, gradientScale };
    this.#network.apply(grads, { ...common, firstScale: networkFirst, secondScale: networkSecond });
    if (usesAuxnet) {
      this.#auxnet.apply(grads, { ...common, firstScale: auxnetFirst, secondScale: auxnetSecond });
    }
    const packed: tf.Tensor1D = tf.concat([numbers!, tf.reshape(norm, [1])]);
    tf.dispose(numbers!);
    return packed;
  }

  #losses(inputs: CropInputs, supervision: Crop['supervision'], usesAuxnet: boolean): StepLosses {
    const { image, positives, validity, mask } = inputs;
    const features = this.#model.features(image);
    const detection = detectionLoss(features.scoreLogits, positives);
    const location = locationLoss(features.offsets, inputs.offsets, positives);

    const locations = proposeLocations(features, inputs.locations, validity, this.#settings.proposalRadiusPx);
    const patches = this.#model.segment(features, locations); // [N, p, p]
    const patchSize = patches.logits.shape[1];

    const [height, width] = mask.shape;
    const areas = softAreas(patches, validity, { height, width }); // [N] in mask px
    const meanArea: tf.Scalar = tf.mul(tf.div(tf.sum(areas), countCells(validity)), patches.maskStride ** 2);
    let instance: tf.Scalar;
    let size: tf.Scalar | null = null;
    let edge: tf.Scalar | null = null;
    if (supervision === 'full') {
      instance = fullInstanceLoss(patches, mask, inputs.ids, validity);
    } else {
      instance = weakInstanceLoss(patches, mask, validity);
      size = sizeLoss(areas, patchSize, validity);
      if (usesAuxnet) edge = edgeLoss(patches, this.#model.edges(image, features), validity);
    }

    const weights = this.#settings.lossWeights;
    let total: tf.Scalar = tf.mul(detection, weights.detection);
    total = tf.add(total, tf.mul(location, weights.location));
    total = tf.add(total, tf.mul(instance, weights.instance));
    if (size !== null) total = tf.add(total, tf.mul(size, weights.size));
    if (edge !== null) total = tf.add(total, tf.mul(edge, weights.edge));
    return { detection, location, instance, size, edge, total, meanArea };
  }
}

/** The scalars of one step; `null` where the crop has no such term. */
interface StepLosses {
  detection: tf.Scalar;
  location: tf.Scalar;
  instance: tf.Scalar;
  size: tf.Scalar | null;
  edge: tf.Scalar | null;
  total: tf.Scalar;
  meanArea: tf.Scalar;
}

/** All numbers of a step in one tensor, to be read at once. */
function pack(losses: StepLosses): tf.Tensor1D {
  const none = tf.scalar(0);
  const { detection, location, instance, size, edge, total, meanArea } = losses;
  return tf.stack([
    detection,
    location,
    instance,
    size ?? none,
    edge ?? none,
    total,
    meanArea,
  ]) as tf.Tensor1D;
}

async function unpack(packed: tf.Tensor1D, hasSize: boolean, hasEdge: boolean): Promise<StepOutcome> {
  const [detection, location, instance, size, edge, total, meanAreaPx, gradientNorm] = await packed.data();
  packed.dispose();
  return {
    terms: {
      detection: detection!,
      location: location!,
      instance: instance!,
      size: hasSize ? size! : null,
      edge: hasEdge ? edge! : null,
      total: total!,
    },
    gradientNorm: gradientNorm ?? 0,
    meanAreaPx: meanAreaPx!,
  };
}
