import * as tf from '@tensorflow/tfjs-core';
import { cropPatches } from '../engine/operations/crop-and-paste.ts';
import { convolution, groupNorm, relu, sequence, type Layer } from './layers.ts';
import { learnedEncoding } from './learned-encoding.ts';
import type { Preset } from './presets.ts';
import type { WeightStore } from './weight-store.ts';

/**
 * One mask per location. The centre of pixel (i, j) of cell n is at ((originY + i + 0.5) · maskStride,
 * (originX + j + 0.5) · maskStride) in pixels of the rescaled image.
 */
export type Patches = {
  /** Logits [N, p, p], within ±15. */
  logits: tf.Tensor3D;
  /** Upper left pixel of each patch, (y, x) in mask pixels; may be outside the image: int32 [N, 2]. */
  origins: tf.Tensor2D;
  maskStride: number;
};

export interface SegmentationHead {
  /** Whether `segment` reads an encoding map: true if the preset has a learned encoding. */
  readsEncoding: boolean;
  /**
   * Computes the map from which crops are taken: pyramid level in, [1, H/stride, W/stride, cropChannels] out.
   */
  prepare: Layer;
  /**
   * @param map [H/stride, W/stride, cropChannels], from `prepare`
   * @param encodingMap [H/4, W/4, pyramid channels]; `undefined` if the preset has no learned encoding
   * @param locations [N, 2] in image pixels
   */
  segment: (map: tf.Tensor3D, encodingMap: tf.Tensor3D | undefined, locations: tf.Tensor2D) => Patches;
}

/**
 * Beyond ±15 a probability is practically 0 or 1 (3e-7). Larger values of −log(1 − p) lose precision in the
 * sum over many cells.
 */
const LOGIT_LIMIT = 15;

/**
 * The segmentation head: cuts a crop around each location and predicts which of its pixels belong to that
 * cell. Two cells with overlapping crops differ only in the position of the crop's centre. The head therefore
 * adds this position to the crop, as a mesh of relative coordinates. Some presets also add an encoding of the
 * feature at the location.
 */
export function segmentationHead(
  store: WeightStore,
  pyramidChannels: number,
  preset: Preset,
): SegmentationHead {
  const { stride, layers, layerChannels, cropChannels, upsampleKernel, learnedEncodingHidden, bump } =
    preset.segmentation;
  const cropSize = preset.patchPx / stride;
  const maskSize = 2 * cropSize;

  const trunk: Layer[] = [];
  for (let i = 0; i < layers; i++) {
    trunk.push(
      convolution(store, `head/conv${i + 1}`, {
        inputs: i === 0 ? pyramidChannels : layerChannels,
        outputs: layerChannels,
        kernel: 3,
      }),
      groupNorm(store, `head/norm${i + 1}`, layerChannels, preset.channelsPerGroup),
      relu,
    );
  }
  const uniformBy = (fan: number): { kind: 'uniform'; bound: number } => ({
    kind: 'uniform',
    bound: 1 / Math.sqrt(fan),
  });
  trunk.push(
    convolution(store, 'head/project', {
      inputs: layerChannels,
      outputs: cropChannels,
      kernel: 1,
      bias: true,
      weights: uniformBy(layerChannels),
    }),
  );

  // Relative coordinates in [−0.5, 0.5), zero at the pixel with the location.
  const mesh = store.constant(() => {
    const coordinates = new Float32Array(cropSize * cropSize * 2);
    for (let i = 0; i < cropSize * cropSize; i++) {
      coordinates[2 * i] = Math.floor(i / cropSize) / cropSize - 0.5;
      coordinates[2 * i + 1] = (i % cropSize) / cropSize - 0.5;
    }
    return tf.tensor4d(coordinates, [1, cropSize, cropSize, 2]);
  }); // [1, c, c, 2]
  // Deviation 2, because that of the mesh is 0.3, and the mesh should start as about half of the sum.
  const encodeMesh = convolution(store, 'head/mesh', {
    inputs: 2,
    outputs: cropChannels,
    kernel: 1,
    weights: { kind: 'normal', deviation: 2 },
  });
  const encodeCell =
    learnedEncodingHidden === null
      ? null
      : learnedEncoding(store, pyramidChannels, learnedEncodingHidden, cropChannels, cropSize);

  // All channels in one group: only the size of the sum of crop and encodings needs normalising.
  const normalise = groupNorm(store, 'head/crop-norm', cropChannels, cropChannels);
  const kernel = store.variable<tf.Rank.R4>(
    'head/upsample/weights',
    [upsampleKernel, upsampleKernel, 1, cropChannels],
    uniformBy(upsampleKernel ** 2),
  );
  const bias = store.variable<tf.Rank.R1>('head/upsample/bias', [1], { kind: 'constant', value: 0 });
  const addBump = bump ? bumpAround(store, maskSize, stride / 2, preset.cellDiameterPx) : null;

  return {
    readsEncoding: encodeCell !== null,
    prepare: sequence(...trunk),
    segment: (map, encodingMap, locations) => {
      const [height, width] = map.shape;
      const n = locations.shape[0];
      // Clipped, so that a location exactly on the edge still has its pixel.
      const centres = tf.minimum(
        tf.maximum(tf.floor(tf.div(locations, stride)), 0),
        tf.tensor1d([height - 1, width - 1]),
      ); // [N, 2]
      const origins: tf.Tensor2D = tf.cast(tf.sub(centres, cropSize / 2), 'int32'); // [N, 2] in crop pixels
      let crops: tf.Tensor4D = tf.add(cropPatches(map, origins, cropSize), encodeMesh(mesh)); // [N, c, c, K]
      if (encodeCell !== null && encodingMap !== undefined) {
        crops = tf.add(crops, encodeCell(encodingMap, locations)); // [N, c, c, K]
      }
      const x = tf.relu(normalise(crops)); // [N, c, c, K]
      const shape: [number, number, number, number] = [n, maskSize, maskSize, 1];
      const raised = tf.add(tf.conv2dTranspose(x, kernel, shape, 2, 'same'), bias); // [N, 2c, 2c, 1]
      let logits: tf.Tensor3D = tf.reshape(raised, [n, maskSize, maskSize]); // [N, 2c, 2c]
      if (addBump !== null) logits = addBump(logits);
      return {
        logits: tf.clipByValue(logits, -LOGIT_LIMIT, LOGIT_LIMIT), // [N, 2c, 2c]
        origins: tf.mul(origins, tf.scalar(2, 'int32')), // [N, 2] in mask pixels
        maskStride: stride / 2,
      };
    },
  };
}

/**
 * Adds a·exp(−r²/2σ²) + b to every mask. r is the distance from the patch's centre. σ is a third of a cell's
 * diameter. a and b are learned. Each cell thus starts as a soft disk at its location. Without it all cells
 * start at ½ everywhere. The overlap term then shrinks every cell of a crowded image at once, and many never
 * recover.
 */
function bumpAround(
  store: WeightStore,
  maskSize: number,
  maskStride: number,
  cellDiameterPx: number,
): (logits: tf.Tensor3D) => tf.Tensor3D {
  const sigmaPx = cellDiameterPx / 3;
  const disk = store.constant(() => {
    const values = new Float32Array(maskSize * maskSize);
    for (let i = 0; i < values.length; i++) {
      const y = (Math.floor(i / maskSize) + 0.5 - maskSize / 2) * maskStride;
      const x = ((i % maskSize) + 0.5 - maskSize / 2) * maskStride;
      values[i] = Math.exp(-(y * y + x * x) / (2 * sigmaPx * sigmaPx));
    }
    return tf.tensor3d(values, [1, maskSize, maskSize]);
  }); // [1, p, p]
  // Initial probability: σ(2) = 0.88 at the location, ½ at 1.2 σ and σ(−2) = 0.12 far away.
  const height = store.variable<tf.Rank.R1>('head/bump/height', [1], { kind: 'constant', value: 4 });
  const floor = store.variable<tf.Rank.R1>('head/bump/floor', [1], { kind: 'constant', value: -2 });
  return (logits) => tf.add(logits, tf.add(tf.mul(disk, height), floor));
}
