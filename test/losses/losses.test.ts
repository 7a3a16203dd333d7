import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine, type Engine } from '../../src-main/engine/open-engine.ts';
import { detectionLoss } from '../../src-main/losses/detection-loss.ts';
import { edgeLoss, maskEdges } from '../../src-main/losses/edge-loss.ts';
import { fullInstanceLoss } from '../../src-main/losses/full-instance-loss.ts';
import { huber } from '../../src-main/losses/huber.ts';
import { locationLoss } from '../../src-main/losses/location-loss.ts';
import { reviewedInstanceLoss } from '../../src-main/losses/reviewed-instance-loss.ts';
import { sizeLoss, softAreas } from '../../src-main/losses/size-loss.ts';
import { weakInstanceLoss } from '../../src-main/losses/weak-instance-loss.ts';
import type { Patches } from '../../src-main/model/segmentation-head.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';
import {
  differences,
  referenceDetection,
  referenceEdge,
  referenceFull,
  referenceLocation,
  referenceReviewed,
  referenceSize,
  referenceWeak,
  type Scene,
} from './reference.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('cpu');
});
afterAll(() => engine.close());

/** Three overlapping cells, one overhanging the image. */
function someScene(cells = 3): Scene {
  const random = new SeededRandom(4, 'scene');
  const p = 6;
  const origins: [number, number][] = [
    [-2, 1],
    [1, 3],
    [2, 2],
  ];
  return {
    height: 8,
    width: 9,
    p,
    origins: origins.slice(0, cells),
    logits: Array.from({ length: cells }, () => Array.from({ length: p * p }, () => 2 * random.normal())),
  };
}

function patchesOf(scene: Scene, logits: tf.Tensor): Patches {
  const n = logits.shape[0];
  const origins = tf.tensor2d(scene.origins.flat(), [scene.origins.length, 2], 'int32');
  const filled = tf.pad(origins, [
    [0, n - scene.origins.length],
    [0, 0],
  ]);
  return { logits: logits as tf.Tensor3D, origins: filled, maskStride: 2 };
}

interface Case {
  loss: (patches: Patches, validity: tf.Tensor1D) => tf.Scalar;
  reference: (scene: Scene) => number;
}
const random = new SeededRandom(11, 'maps');
const foreground = Array.from({ length: 72 }, () => Number(random.chance(0.6)));
const labels = Array.from({ length: 72 }, () => random.integer(5));
const edges = Array.from({ length: 72 }, () => random.uniform());
const ids = [3, 1, 4];
const map = (values: number[]): tf.Tensor2D => tf.tensor2d(values, [8, 9]);

/** Of three cells the first and the last are outlined. */
const someIds = [3, 0, 4];
const reviewed = (patches: Patches, validity: tf.Tensor1D, cellIds: number[]): tf.Scalar => {
  const n = patches.logits.shape[0];
  const ids = tf.tensor1d([...cellIds, 0, 0, 0].slice(0, n));
  const outlined: tf.Tensor1D = tf.mul(tf.cast(tf.greater(ids, 0), 'float32'), validity);
  const located: tf.Tensor1D = tf.sub(validity, outlined);
  return reviewedInstanceLoss(patches, {
    labels: map(labels),
    untouched: map(foreground),
    ids,
    outlined,
    located,
  });
};

const cases: Record<string, Case> = {
  'the reviewed instance loss, outlined and other cells': {
    loss: (patches, validity) => reviewed(patches, validity, someIds),
    reference: (scene) => referenceReviewed(scene, { labels, untouched: foreground, ids: someIds }),
  },
  'the reviewed instance loss, only cells without outline': {
    loss: (patches, validity) => reviewed(patches, validity, [0, 0, 0]),
    reference: (scene) => referenceWeak(scene, foreground),
  },
  'the reviewed instance loss, only outlined cells': {
    loss: (patches, validity) => reviewed(patches, validity, ids),
    reference: (scene) => referenceFull(scene, labels, ids),
  },
  'the weak instance loss': {
    loss: (patches, validity) => weakInstanceLoss(patches, map(foreground), validity),
    reference: (scene) => referenceWeak(scene, foreground),
  },
  'the full instance loss': {
    loss: (patches, validity) => {
      const n = patches.logits.shape[0];
      return fullInstanceLoss(patches, map(labels), tf.tensor1d([...ids, 1, 1, 1].slice(0, n)), validity);
    },
    reference: (scene) => referenceFull(scene, labels, ids),
  },
  'the size loss': {
    loss: (patches, validity) => sizeLoss(softAreas(patches, validity, { height: 8, width: 9 }), 6, validity),
    reference: referenceSize,
  },
  'the edge loss': {
    loss: (patches, validity) => edgeLoss(patches, map(edges), validity),
    reference: (scene) => referenceEdge(scene, edges),
  },
};

describe.each(Object.keys(cases))('%s', (name) => {
  const { loss, reference } = cases[name]!;

  function compare(scene: Scene, padding: number): void {
    tf.tidy(() => {
      const n = scene.logits.length;
      const p = scene.p;
      const padded = [...scene.logits.flat(), ...new Array<number>(padding * p * p).fill(1.5)];
      const validity = tf.tensor1d([...new Array<number>(n).fill(1), ...new Array<number>(padding).fill(0)]);
      const { value, grad } = tf.valueAndGrad((logits: tf.Tensor) =>
        loss(patchesOf(scene, logits), validity),
      )(tf.tensor3d(padded, [n + padding, p, p]));
      expect(value.dataSync()[0]).toBeCloseTo(reference(scene), 5);
      const flat = scene.logits.flat();
      const expected = differences((x) => {
        const cells = scene.logits.map((_, i) => x.slice(i * p * p, (i + 1) * p * p));
        return reference({ ...scene, logits: cells });
      }, flat);
      const gradient = grad.dataSync();
      expected.forEach((slope, i) => expect(gradient[i]).toBeCloseTo(slope, 5));
      for (let i = flat.length; i < gradient.length; i++) expect(gradient[i]).toBeCloseTo(0, 9);
    });
  }

  it('and its gradient are those of the formula', () => compare(someScene(), 0));
  it('takes no notice of cells that only fill up', () => compare(someScene(), 3));
  it('is right for a single cell', () => compare(someScene(1), 1));
  it('is finite, with gradients 0, for no cell at all', () => {
    tf.tidy(() => {
      const scene = someScene(0);
      const { value, grad } = tf.valueAndGrad((logits: tf.Tensor) =>
        loss(patchesOf(scene, logits), tf.zeros([2])),
      )(tf.ones([2, 6, 6]));
      expect(value.dataSync()[0]).toBeCloseTo(reference(scene), 5);
      expect(Math.max(...grad.dataSync().map(Math.abs))).toBe(0);
    });
  });
});

describe('by hand', () => {
  const ln = Math.log;
  /** One cell of 2 × 2 logits at the image's upper left corner. */
  const cell = (...logits: number[][]): Patches => ({
    logits: tf.tensor3d(logits.flat(), [logits.length, 2, 2]),
    origins: tf.zeros([logits.length, 2], 'int32'),
    maskStride: 1,
  });

  it('two even cells on one pixel of foreground and three of background', () => {
    // Each: y = ½ everywhere. Foreground: ½; background: ½; the claim of the other cell −log ½, halved.
    const each = (0.5 + 0.5 + 0.5 + 0.5 + 4 * 0.5 * ln(2)) / 4;
    const loss = weakInstanceLoss(
      cell([0, 0, 0, 0], [0, 0, 0, 0]),
      tf.tensor2d([1, 0, 0, 0], [2, 2]),
      tf.ones([2]),
    );
    expect(loss.dataSync()[0]).toBeCloseTo(each, 6);
  });

  it('the overlap pushes the weaker claim harder', () => {
    const gradient = tf.grad((logits: tf.Tensor) =>
      weakInstanceLoss(
        { ...cell([0, 0, 0, 0], [0, 0, 0, 0]), logits: logits as tf.Tensor3D },
        tf.ones([2, 2]),
        tf.ones([2]),
      ),
    )(tf.tensor3d([2, 2, 2, 2, 1, 1, 1, 1], [2, 2, 2]));
    const [strong, , , , weak] = gradient.dataSync();
    expect(weak! - strong!).toBeGreaterThan(0);
  });

  it('a full mask: −log of the probability of what is true', () => {
    const loss = fullInstanceLoss(
      cell([ln(3), -ln(3), 0, 0]), // y = ¾, ¼, ½, ½
      tf.tensor2d([7, 0, 7, 2], [2, 2]),
      tf.tensor1d([7]),
      tf.ones([1]),
    );
    expect(loss.dataSync()[0]).toBeCloseTo((-ln(3 / 4) - ln(3 / 4) - ln(1 / 2) - ln(1 / 2)) / 4, 6);
  });

  it('size: p / √area', () => {
    const validity = tf.tensor1d([1, 1, 0]);
    expect(sizeLoss(tf.tensor1d([4, 16, 9]), 2, validity).dataSync()[0]).toBeCloseTo(
      (2 / Math.sqrt(4.001) + 2 / Math.sqrt(16.001)) / 2,
      6,
    );
  });

  it('the steepness of a vertical step, and of its mirrored border', () => {
    // Columns 0, 0, ½, ½: Sx = 4·½ on both sides of the step, Sy = 0: √(4 / 8). At the border the mirror
    // makes it level.
    const step = tf.tensor3d([0, 0, 0.5, 0.5, 0, 0, 0.5, 0.5, 0, 0, 0.5, 0.5, 0, 0, 0.5, 0.5], [1, 4, 4]);
    const rows = Array.from(maskEdges(step).dataSync());
    const flat = Math.sqrt(1e-9);
    const expected = [flat, Math.SQRT1_2, Math.SQRT1_2, flat];
    rows.forEach((value, i) => expect(value).toBeCloseTo(expected[i % 4]!, 5));
  });

  it('a steep mask has a finite gradient where it is level', () => {
    const gradient = tf.grad((x: tf.Tensor) => tf.sum(maskEdges(x as tf.Tensor3D)))(tf.fill([1, 4, 4], 0.5));
    expect(gradient.dataSync().every(Number.isFinite)).toBe(true);
  });

  it('detection where something is known: the mean over those places; elsewhere no gradient', () => {
    const positives = tf.tensor2d([[1, 0, 0]]);
    const known = tf.tensor2d([[1, 1, 0]]);
    // At logit 0 each place costs ¼ log 2. The third, unknown, would cost 40.
    const { value, grad } = tf.valueAndGrad((logits: tf.Tensor) =>
      detectionLoss(logits as tf.Tensor2D, positives, known),
    )(tf.tensor2d([[0, 0, 40]]));
    expect(value.dataSync()[0]).toBeCloseTo(ln(2) / 4, 6);
    const slopes = differences((x) => referenceDetection(x, [1, 0]), [0, 0]);
    const gradient = grad.dataSync();
    expect(gradient[0]).toBeCloseTo(slopes[0]!, 5);
    expect(gradient[1]).toBeCloseTo(slopes[1]!, 5);
    expect(gradient[2]).toBe(0);
    expect(detectionLoss(tf.tensor2d([[40]]), tf.tensor2d([[0]]), tf.tensor2d([[0]])).dataSync()[0]).toBe(0);
  });

  it('a cell without outline does not move an outlined one, and the other way round', () => {
    const gradientOf = (one: number[]): Float32Array => {
      const f = (logits: tf.Tensor): tf.Scalar =>
        reviewedInstanceLoss(
          { ...cell([0, 0, 0, 0], one), logits: logits as tf.Tensor3D },
          {
            labels: tf.tensor2d([7, 7, 0, 0], [2, 2]),
            untouched: tf.tensor2d([0, 0, 1, 1], [2, 2]),
            ids: tf.tensor1d([7, 0]),
            outlined: tf.tensor1d([1, 0]),
            located: tf.tensor1d([0, 1]),
          },
        );
      return tf
        .grad(f)(tf.tensor3d([0, 0, 0, 0, ...one], [2, 2, 2]))
        .dataSync() as Float32Array;
    };
    const [even, sure] = [gradientOf([0, 0, 0, 0]), gradientOf([5, 5, 5, 5])];
    // Two cells of 4 pixels: outlined (y − t) / 8, the other (1 − 2M) y′ / 8 with y′ = ¼.
    expect([...even]).toEqual([-0.0625, -0.0625, 0.0625, 0.0625, 0.03125, 0.03125, -0.03125, -0.03125]);
    expect([...sure.subarray(0, 4)]).toEqual([...even.subarray(0, 4)]);
  });

  it('detection: an even guess costs ¼ log 2, a sure hit nothing, a sure miss its logit', () => {
    const at = (logit: number, positive: number): number =>
      detectionLoss(tf.tensor2d([[logit]]), tf.tensor2d([[positive]])).dataSync()[0]!;
    expect(at(0, 1)).toBeCloseTo(ln(2) / 4, 6);
    expect(at(0, 0)).toBeCloseTo(ln(2) / 4, 6);
    expect(at(40, 1)).toBeCloseTo(0, 6);
    expect(at(40, 0)).toBeCloseTo(40, 4);
    expect(at(-80, 1)).toBeCloseTo(80, 4);
  });

  it('location: Huber over the positive grid cells alone', () => {
    const offsets = tf.tensor3d([0.5, 0, 3, 1, 9, 9], [1, 3, 2]);
    const targets = tf.zeros<tf.Rank.R3>([1, 3, 2]);
    const loss = locationLoss(offsets, targets, tf.tensor2d([[1, 1, 0]]));
    // ½·½² + 0 and (3 − ½) + ½
    expect(loss.dataSync()[0]).toBeCloseTo((0.125 + 0 + 2.5 + 0.5) / 4, 6);
    expect(locationLoss(offsets, targets, tf.zeros([1, 3])).dataSync()[0]).toBe(0);
  });

  it('Huber: square, then straight', () => {
    expect(Array.from(huber(tf.tensor1d([0.25, -0.5, 2]), 0.5).dataSync())).toEqual([0.03125, 0.125, 0.875]);
  });
});

it('detection and location agree with their formulas, gradients too', () => {
  tf.tidy(() => {
    const numbers = new SeededRandom(5, 'grid');
    const logits = Array.from({ length: 12 }, () => 3 * numbers.normal());
    const positives = Array.from({ length: 12 }, () => Number(numbers.chance(0.4)));
    const detection = tf.valueAndGrad((x: tf.Tensor) =>
      detectionLoss(x as tf.Tensor2D, tf.tensor2d(positives, [3, 4])),
    )(tf.tensor2d(logits, [3, 4]));
    expect(detection.value.dataSync()[0]).toBeCloseTo(referenceDetection(logits, positives), 5);
    differences((x) => referenceDetection(x, positives), logits).forEach((slope, i) =>
      expect(detection.grad.dataSync()[i]).toBeCloseTo(slope, 5),
    );
    const offsets = Array.from({ length: 24 }, () => 2 * numbers.normal());
    const targets = Array.from({ length: 24 }, () => numbers.normal());
    const location = tf.valueAndGrad((x: tf.Tensor) =>
      locationLoss(x as tf.Tensor3D, tf.tensor3d(targets, [3, 4, 2]), tf.tensor2d(positives, [3, 4])),
    )(tf.tensor3d(offsets, [3, 4, 2]));
    expect(location.value.dataSync()[0]).toBeCloseTo(referenceLocation(offsets, targets, positives), 5);
    differences((x) => referenceLocation(x, targets, positives), offsets).forEach((slope, i) =>
      expect(location.grad.dataSync()[i]).toBeCloseTo(slope, 5),
    );
  });
});

it('the edge loss teaches auxnet too', () => {
  const scene = someScene();
  const expected = differences((x) => referenceEdge(scene, x), edges);
  const gradient = tf
    .grad((x: tf.Tensor) =>
      edgeLoss(patchesOf(scene, tf.tensor3d(scene.logits.flat(), [3, 6, 6])), x as tf.Tensor2D, tf.ones([3])),
    )(map(edges))
    .dataSync();
  expected.forEach((slope, i) => expect(gradient[i]).toBeCloseTo(slope, 6));
});
