import * as tf from '@tensorflow/tfjs-core';
import { Replayed } from '../engine/replayed.ts';
import { auxnet } from './auxnet.ts';
import { featurePyramid } from './feature-pyramid.ts';
import { locationProposalNetwork } from './location-proposal-network.ts';
import { presets, type Preset, type PresetName } from './presets.ts';
import { residualBackbone } from './residual-backbone.ts';
import { resnet50Backbone } from './resnet50-backbone.ts';
import { segmentationHead, type Patches } from './segmentation-head.ts';
import { WeightStore } from './weight-store.ts';

/** What the network knows of an image before it is asked about single cells. */
export type Features = {
  /** Logit that a location lies near the centre of this grid cell [h, w]. */
  scoreLogits: tf.Tensor2D;
  /** From the grid cell's centre (index + 0.5) to that location, (dy, dx) in grid cells [h, w, 2]. */
  offsets: tf.Tensor3D;
  /** Image pixels a grid cell: a location is (index + 0.5 + offset) · locationStride. */
  locationStride: number;
  /** What crops are cut from [H/s, W/s, channels]. */
  segmentationMap: tf.Tensor3D;
  /** What cells are encoded from [H/4, W/4, channels]; `undefined` where the preset encodes none. */
  encodingMap: tf.Tensor3D | undefined;
  /** The stem's map at full resolution [1, H, W, channels], for auxnet; `undefined` where it sees the image itself. */
  stemMap: tf.Tensor4D | undefined;
};

/** The network: location-assisted cell segmentation system (LACSS). Every tensor it returns is the caller's to dispose. */
export interface LacssModel {
  readonly preset: Preset;
  readonly inputChannels: number;
  /** All weights by name, auxnet's (`auxnet/…`) included. */
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
  /** Auxnet, for training: probability of an edge [H/maskStride, W/maskStride]. */
  edges(image: tf.Tensor4D, features: Features): tf.Tensor2D;
  /** The network in use, where no gradient is asked for: recorded once for each size of image and number of locations. */
  readonly inference: Pick<LacssModel, 'preset' | 'inputChannels' | 'features' | 'segment'>;
  dispose(): void;
}

/**
 * A new network with random weights.
 *
 * @param inputChannels channels of the images it will see
 * @param seed decides all weights
 * @throws RangeError when `inputChannels` is not a whole number above 0
 */
export function createModel(presetName: PresetName, inputChannels: number, seed: number): LacssModel {
  if (!Number.isInteger(inputChannels) || inputChannels < 1) {
    throw new RangeError(`inputChannels must be a whole number above 0, received ${inputChannels}`);
  }
  const preset = presets[presetName];
  const { channelsPerGroup, pyramidChannels, segmentation, locations } = preset;
  const store = new WeightStore(seed);

  const backbone =
    preset.backbone.kind === 'residual'
      ? residualBackbone(store, inputChannels, preset.backbone, channelsPerGroup)
      : resnet50Backbone(store, inputChannels, preset.backbone, channelsPerGroup);
  const pyramid = featurePyramid(
    store,
    backbone.channels,
    pyramidChannels,
    segmentation.stride,
    preset.backbone.kind === 'residual',
  );
  const proposeLocations = locationProposalNetwork(store, pyramidChannels, preset);
  const head = segmentationHead(store, pyramidChannels, preset);
  const auxnetInputs =
    preset.auxnet.input === 'stem' && preset.backbone.kind === 'resnet50'
      ? preset.backbone.stemChannels[1]
      : inputChannels;
  const findEdges = auxnet(store, auxnetInputs, preset.auxnet);

  const network: Pick<LacssModel, 'preset' | 'inputChannels' | 'features' | 'segment'> = {
    preset,
    inputChannels,

    features(image) {
      const [n, height, width, channels] = image.shape;
      if (n !== 1 || channels !== inputChannels || height % preset.padTo || width % preset.padTo) {
        throw new RangeError(
          `Expected an image [1, H, W, ${inputChannels}] with H and W multiples of ${preset.padTo}, received [${image.shape}]`,
        );
      }
      const maps = backbone.run(image);
      const levels = pyramid(maps); // by stride: [1, H/stride, W/stride, pyramidChannels]
      const finest = levels.get(segmentation.stride)!;
      return {
        ...proposeLocations(levels.get(locations.stride)!),
        locationStride: locations.stride,
        segmentationMap: withoutBatch(head.prepare(finest)),
        encodingMap: segmentation.learnedEncodingHidden === null ? undefined : withoutBatch(levels.get(4)!),
        stemMap: preset.auxnet.input === 'stem' ? maps.stem : undefined,
      };
    },

    segment: (features, at) => head.segment(features.segmentationMap, features.encodingMap, at),
  };

  const replayed = new Replayed([...store.variables.values()]);
  return {
    ...network,
    variables: store.variables,

    edges: (image, features) => findEdges(features.stemMap ?? image),

    inference: {
      preset,
      inputChannels,
      features: (image) =>
        replayed.run('features', { image }, (given) => ({
          ...network.features(given.image),
          stemMap: undefined, // only auxnet reads it
        })),
      segment: ({ segmentationMap, encodingMap }, at) =>
        encodingMap === undefined
          ? replayed.run('segment', { at, map: segmentationMap }, ({ at, map }) =>
              head.segment(map, undefined, at),
            )
          : replayed.run('segment', { at, map: segmentationMap, encodingMap }, (given) =>
              head.segment(given.map, given.encodingMap, given.at),
            ),
    },

    dispose() {
      replayed.forget();
      store.dispose();
    },
  };
}

/** The number of trainable numbers in a model. */
export function countParameters(model: LacssModel): number {
  let count = 0;
  for (const variable of model.variables.values()) count += variable.size;
  return count;
}

function withoutBatch(map: tf.Tensor4D): tf.Tensor3D {
  return tf.reshape(map, [map.shape[1], map.shape[2], map.shape[3]]);
}
