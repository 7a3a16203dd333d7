import type { PresetName } from '../contract/choices.ts';
import type { NetworkVariant } from '../contract/network-variant.ts';
import * as tf from '@tensorflow/tfjs-core';
import { Replayed } from '../engine/replayed.ts';
import { auxnet } from './auxnet.ts';
import { createBackbone } from './create-backbone.ts';
import { featurePyramid } from './feature-pyramid.ts';
import { foregroundNet } from './foreground-net.ts';
import { locationProposalNetwork } from './location-proposal-network.ts';
import { presetOf, type Preset } from './presets.ts';
import { segmentationHead, type Patches } from './segmentation-head.ts';
import { WeightStore } from './weight-store.ts';

/**
 * LACSS, location-assisted cell segmentation, on one page (P. Shrestha, N. Kuang, J. Yu, Communications
 * Biology 6, 232, 2023).
 *
 * H × W is the size of the image. The pyramid has P channels, a crop has K. N is the number of cells, p the
 * width of a mask patch. A stride is image pixels per map pixel. The presets differ only in data: see
 * presets.ts.
 */
function createNetwork(store: WeightStore, inputChannels: number, preset: Preset): ForwardPass {
  const { locations, segmentation } = preset;
  const backbone = createBackbone(store, inputChannels, preset);
  const pyramid = featurePyramid(store, backbone.channels, preset);
  const proposeLocations = locationProposalNetwork(store, preset.pyramidChannels, preset);
  const head = segmentationHead(store, preset.pyramidChannels, preset);
  const findEdges = auxnet(store, backbone.stemChannels ?? inputChannels, preset.auxnet);
  const findForeground = preset.foreground === 'none' ? foregroundNet(store, inputChannels, preset) : null;

  return {
    /** Runs once per image. */
    features(image) {
      const maps = backbone.run(image); // [1, H/2, W/2, C₁], [1, H/4, W/4, C₂], … [1, H/16, W/16, C₄]
      const levels = pyramid(maps); // [1, H/stride, W/stride, P], one map per stride
      const proposals = proposeLocations(levels.get(locations.stride)!); // logits [h, w], offsets [h, w, 2]
      const segmentationMap = head.prepare(levels.get(segmentation.stride)!); // [1, H/stride, W/stride, K]
      return {
        ...proposals,
        locationStride: locations.stride,
        segmentationMap: withoutBatch(segmentationMap), // [H/stride, W/stride, K]
        encodingMap: head.readsEncoding ? withoutBatch(levels.get(4)!) : undefined, // [H/4, W/4, P]
        stemMap: maps.stem, // [1, H, W, C₀]
      };
    },

    /** Runs once per set of locations: a person's while training, otherwise the best proposals. */
    segment({ segmentationMap, encodingMap }, at) {
      return head.segment(segmentationMap, encodingMap, at); // [N, 2] to logits [N, p, p], origins [N, 2]
    },

    /** For weakly supervised training: the mask edges should match the edges this small network predicts. */
    edges: (image, { stemMap }) => findEdges(stemMap ?? image), // [H/maskStride, W/maskStride]

    /** For training with points only: stands in for the foreground that nobody picked. */
    foreground: findForeground, // [H/maskStride, W/maskStride]
  };
}

type ForwardPass = Pick<LacssModel, 'features' | 'segment' | 'edges' | 'foreground'>;

/** What the network computes once per image, before any single cell. */
export type Features = {
  /** Logit [h, w] that a location is near the centre of each grid cell. */
  scoreLogits: tf.Tensor2D;
  /**
   * Offset [h, w, 2] from the centre of a grid cell (index + 0.5) to its location, (dy, dx) in grid cells.
   */
  offsets: tf.Tensor3D;
  /** Image pixels per grid cell: a location is (index + 0.5 + offset) · locationStride. */
  locationStride: number;
  /** The map the crops are cut from [H/s, W/s, channels]. */
  segmentationMap: tf.Tensor3D;
  /** The map the cell encodings are read from [H/4, W/4, channels]; `undefined` if the preset has none. */
  encodingMap: tf.Tensor3D | undefined;
  /**
   * The stem's full-resolution map [1, H, W, channels] for auxnet; `undefined` if auxnet reads the image
   * itself.
   */
  stemMap: tf.Tensor4D | undefined;
};

/** The network with its weights. The caller disposes every tensor it returns. */
export interface LacssModel {
  readonly preset: Preset;
  readonly inputChannels: number;
  /** All weights by name, including auxnet's (`auxnet/…`). */
  readonly variables: ReadonlyMap<string, tf.Variable>;
  /**
   * @param image [1, H, W, inputChannels], prepared by prepareImage; H and W multiples of `preset.padTo`
   * @throws RangeError on any other shape
   */
  features(image: tf.Tensor4D): Features;
  /**
   * @param locations [N, 2] in pixels of `image`; no gradient passes through them
   */
  segment(features: Features, locations: tf.Tensor2D): Patches;
  /** Auxnet, for training only: probability of an edge [H/maskStride, W/maskStride]. */
  edges(image: tf.Tensor4D, features: Features): tf.Tensor2D;
  /**
   * The foreground net, for training only: logits [H/maskStride, W/maskStride]. `null` unless the variant
   * has no picked foreground.
   */
  readonly foreground: ((image: tf.Tensor4D) => tf.Tensor2D) | null;
  /** For inference, without gradients. It records one graph per image size and number of locations. */
  readonly inference: Pick<LacssModel, 'preset' | 'inputChannels' | 'features' | 'segment'>;
  dispose(): void;
}

/**
 * Creates a network with random weights.
 *
 * @param inputChannels number of image channels
 * @param seed determines all weights
 * @param variant what differs from the preset
 * @throws RangeError if `inputChannels` is not a whole number above 0
 */
export function createModel(
  presetName: PresetName,
  inputChannels: number,
  seed: number,
  variant?: NetworkVariant,
): LacssModel {
  if (!Number.isInteger(inputChannels) || inputChannels < 1) {
    throw new RangeError(`inputChannels must be a whole number above 0, received ${inputChannels}`);
  }
  const preset = presetOf(presetName, variant);
  const store = new WeightStore(seed);
  const network = createNetwork(store, inputChannels, preset);
  const replayed = new Replayed([...store.variables.values()]);

  const features: ForwardPass['features'] = (image) => {
    const [n, height, width, channels] = image.shape;
    if (n !== 1 || channels !== inputChannels || height % preset.padTo || width % preset.padTo) {
      throw new RangeError(
        `Expected an image [1, H, W, ${inputChannels}] with H and W multiples of ${preset.padTo}, ` +
          `received [${image.shape}]`,
      );
    }
    return network.features(image);
  };
  return {
    preset,
    inputChannels,
    variables: store.variables,
    features,
    segment: network.segment,
    edges: network.edges,
    foreground: network.foreground,

    inference: {
      preset,
      inputChannels,
      features: (image) =>
        replayed.run('features', { image }, (given) => ({
          ...features(given.image),
          stemMap: undefined, // only auxnet reads it
        })),
      segment: (known, at) => {
        const { segmentationMap, encodingMap } = known;
        const maps = encodingMap === undefined ? { segmentationMap } : { segmentationMap, encodingMap };
        return replayed.run('segment', { at, ...maps }, ({ at, ...given }) =>
          network.segment({ ...known, ...given }, at),
        );
      },
    },

    dispose() {
      replayed.forget();
      store.dispose();
    },
  };
}

function withoutBatch(map: tf.Tensor4D): tf.Tensor3D {
  return tf.reshape(map, [map.shape[1], map.shape[2], map.shape[3]]);
}
