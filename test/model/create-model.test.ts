import { presetNames, type PresetName } from '../../src-main/contract/choices.ts';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openEngine, type Engine } from '../../src-main/engine/open-engine.ts';
import { countParameters } from './count-parameters.ts';
import { createModel, type LacssModel } from '../../src-main/model/create-model.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('cpu');
});
afterAll(() => engine.close());

let model: LacssModel | null = null;
function make(preset: PresetName, channels = 1, seed = 1): LacssModel {
  model = createModel(preset, channels, seed);
  return model;
}
afterEach(() => {
  model?.dispose();
  model = null;
});

function parametersUnder(prefix: string): number {
  let count = 0;
  for (const [name, variable] of model!.variables) if (name.startsWith(prefix)) count += variable.size;
  return count;
}

describe('the number of parameters', () => {
  it('of paper is the published architecture’s, part by part', () => {
    make('paper');
    // A bottleneck: 1×1 in→w, 3×3 w→w, 1×1 w→4w, three norms, attention 4w→4w/16→4w with biases.
    const bottleneck = (inputs: number, w: number): number =>
      inputs * w +
      9 * w * w +
      w * 4 * w +
      2 * (w + w + 4 * w) +
      (2 * (4 * w) ** 2) / 16 +
      (4 * w) / 16 +
      4 * w;
    const shortcut = (inputs: number, w: number): number => inputs * 4 * w + 2 * 4 * w;
    const stage = (inputs: number, w: number, blocks: number): number =>
      shortcut(inputs, w) + bottleneck(inputs, w) + (blocks - 1) * bottleneck(4 * w, w);
    const stem = 9 * 24 + 24 + 9 * 24 * 64 + 64 + 2 * 64;
    expect(parametersUnder('backbone/')).toBe(
      stem + stage(64, 64, 3) + stage(256, 128, 4) + stage(512, 256, 6) + stage(1024, 512, 3),
    );
    const laterals = (256 + 512 + 1024 + 2048) * 256 + 4 * 256;
    const smooths = 3 * (9 * 256 * 256 + 256);
    expect(parametersUnder('pyramid/')).toBe(laterals + smooths);
    expect(parametersUnder('lpn/')).toBe(
      // Two layers with bias and norm, two heads.
      9 * 256 * 1024 + 1024 * 1024 + 2 * (1024 + 2 * 1024) + 3 * 1024 + 3,
    );
    expect(parametersUnder('auxnet/')).toBe(9 * 64 * 64 + 64 + 9 * 64 + 1);
    expect(countParameters(model!) / 1e6).toBeCloseTo(32.5, 1);
  });

  it('of small is 1.51 million, and auxnet adds 6 thousand', () => {
    make('small');
    expect(countParameters(model!) - parametersUnder('auxnet/')).toBe(1_509_678);
    expect(parametersUnder('auxnet/')).toBe(9 * 24 + 9 * 24 * 24 + 4 * 24 + 9 * 24 + 1);
  });

  it('grows by the stem and auxnet alone when the image has more channels', () => {
    const one = countParameters(make('small', 1));
    model!.dispose();
    expect(countParameters(make('small', 3)) - one).toBe(2 * (25 * 24 + 9 * 24));
  });
});

describe('shapes', () => {
  const expected: Record<PresetName, { grid: number; map: number; mask: number; stride: number }> = {
    tiny: { grid: 4, map: 4, mask: 24, stride: 2 },
    small: { grid: 4, map: 4, mask: 48, stride: 2 },
    paper: { grid: 8, map: 2, mask: 96, stride: 1 },
  };
  it.each(presetNames)('of %s, an image 16 × 32 of two channels, three cells', (name) => {
    make(name, 2);
    tf.tidy(() => {
      const { grid, map, mask, stride } = expected[name];
      const image = tf.randomNormal<tf.Rank.R4>([1, 16, 32, 2], 0, 1, 'float32', 3);
      const features = model!.features(image);
      expect(features.locationStride).toBe(grid);
      expect(features.scoreLogits.shape).toEqual([16 / grid, 32 / grid]);
      expect(features.offsets.shape).toEqual([16 / grid, 32 / grid, 2]);
      expect(features.segmentationMap.shape.slice(0, 2)).toEqual([16 / map, 32 / map]);
      const locations = tf.tensor2d([0, 0, 6.5, 20, 15.9, 31.9], [3, 2]);
      const patches = model!.segment(features, locations);
      expect(patches.logits.shape).toEqual([3, mask, mask]);
      expect(patches.maskStride).toBe(stride);
      expect(patches.origins.dtype).toBe('int32');
      // The patch's centre is in the pixel of the segmentation map that holds the location.
      const corner = (at: number): number => Math.floor(at / map) * 2 - mask / 2;
      expect([...patches.origins.dataSync()]).toEqual([0, 0, 6.5, 20, 15.9, 31.9].map(corner));
      expect(model!.edges(image, features).shape).toEqual([16 / stride, 32 / stride]);
      for (const tensor of [features.scoreLogits, features.offsets, patches.logits]) {
        expect(tensor.dataSync().every(Number.isFinite)).toBe(true);
      }
    });
  });

  it('refuses images it cannot halve four times, and of other channels', () => {
    make('tiny');
    expect(() => model!.features(tf.zeros([1, 40, 32, 1]))).toThrow(
      /multiples of 16, received \[1,40,32,1\]/,
    );
    expect(() => model!.features(tf.zeros([1, 32, 32, 2]))).toThrow(RangeError);
    expect(() => model!.features(tf.zeros([2, 32, 32, 1]))).toThrow(RangeError);
    expect(() => createModel('tiny', 0, 1)).toThrow(/inputChannels/);
  });
});

describe('the weights', () => {
  it('are the seed’s', () => {
    const read = (seed: number): number[] => {
      make('tiny', 1, seed);
      const values = [...model!.variables.values()].flatMap((v) => [...v.dataSync()]);
      model!.dispose();
      return values;
    };
    const first = read(7);
    expect(read(7)).toEqual(first);
    expect(read(8)).not.toEqual(first);
  });

  it('keep the size of what passes: activations of a new model are neither tiny nor huge', () => {
    make('small');
    tf.tidy(() => {
      const features = model!.features(tf.randomNormal([1, 64, 64, 1], 0, 1, 'float32', 1));
      const deviation = tf.sqrt(tf.moments(features.encodingMap!).variance).dataSync()[0]!;
      expect(deviation).toBeGreaterThan(0.1);
      expect(deviation).toBeLessThan(10);
    });
  });
});

describe('a variant', () => {
  it('of paper at stride 4 has the second layer twice, as level 2 of the published code', () => {
    make('paper');
    const before = parametersUnder('lpn/');
    model!.dispose();
    model = createModel('paper', 1, 1, { locationStride: 4 });
    // A 1 × 1 layer of 1024 channels with bias and norm.
    expect(parametersUnder('lpn/') - before).toBe(1024 * 1024 + 1024 + 2 * 1024);
  });

  it('has the score map and the patch that were asked for', () => {
    model = createModel('tiny', 1, 1, { locationStride: 8, patchPx: 96 });
    tf.tidy(() => {
      const features = model!.features(tf.ones([1, 64, 96, 1]));
      expect(features.scoreLogits.shape).toEqual([64 / 8, 96 / 8]);
      const { logits, maskStride } = model!.segment(features, tf.tensor2d([20, 30], [1, 2]));
      expect(logits.shape).toEqual([1, 96 / maskStride, 96 / maskStride]);
    });
  });
});

describe('a model in use', () => {
  it('starts every mask as a disk around its location', () => {
    make('small');
    tf.tidy(() => {
      const features = model!.features(tf.randomNormal([1, 96, 96, 1], 0, 1, 'float32', 2));
      const { logits } = model!.segment(features, tf.tensor2d([48, 48], [1, 2]));
      const mean = (t: tf.Tensor): number => tf.mean(t).dataSync()[0]!;
      const centre = mean(tf.slice(logits, [0, 20, 20], [1, 8, 8]));
      const rim = mean(tf.slice(logits, [0, 0, 0], [1, 8, 48]));
      expect(centre - rim).toBeGreaterThan(2);
    });
  });

  it('gives a cell the same mask whatever other cells are asked about', () => {
    make('tiny');
    tf.tidy(() => {
      const features = model!.features(tf.randomNormal([1, 48, 48, 1], 0, 1, 'float32', 2));
      const alone = model!.segment(features, tf.tensor2d([20, 30], [1, 2])).logits.dataSync();
      const among = model!.segment(features, tf.tensor2d([5, 5, 20, 30, -1e6, 1e6], [3, 2])).logits;
      const second = tf.slice(among, [1, 0, 0], [1, -1, -1]).dataSync();
      second.forEach((value, i) => expect(value).toBeCloseTo(alone[i]!, 5));
    });
  });

  it('frees everything it made', () => {
    const before = tf.memory().numTensors;
    make('tiny');
    tf.tidy(() => {
      const image = tf.ones<tf.Rank.R4>([1, 32, 32, 1]);
      const features = model!.features(image);
      model!.segment(features, tf.ones([2, 2]));
      model!.edges(image, features);
    });
    model!.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is not blind to any weight: each one’s gradient differs from zero somewhere', () => {
    make('tiny', 2);
    const image = tf.randomNormal<tf.Rank.R4>([1, 48, 48, 2], 0, 1, 'float32', 5);
    const { grads } = tf.variableGrads(() => {
      const features = model!.features(image);
      const { logits } = model!.segment(features, tf.tensor2d([12, 12, 30, 33], [2, 2]));
      const outputs = [features.scoreLogits, features.offsets, logits, model!.edges(image, features)];
      const squares = outputs.map((output) => tf.sum<tf.Scalar>(tf.square(tf.sub(output, 0.3))));
      return squares.reduce((sum, square) => tf.add(sum, square));
    }, [...model!.variables.values()]);
    for (const [name, variable] of model!.variables) {
      const size = tf.norm(grads[variable.name]!).dataSync()[0]!;
      expect(size, name).toBeGreaterThan(0);
      expect(size, name).toBeLessThan(1e5);
    }
    tf.dispose([grads, image]);
  });
});
