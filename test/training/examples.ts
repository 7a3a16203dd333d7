import type { FloatPlane, LabelImage } from '../../src-main/contract/pixels.ts';
import { defaultTrainingSettings, type TrainingSettings } from '../../src-main/contract/training.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';
import type { TrainingExample } from '../../src-main/training/training-example.ts';

/** An image of bright disks, 16 px wide, on dark noise, with their labels. */
export function disks(
  seed: number,
  size = 64,
): { plane: FloatPlane; labels: LabelImage; centres: Float32Array } {
  const random = new SeededRandom(seed, 'disks');
  const data = new Float32Array(size * size);
  const labels = new Int32Array(size * size);
  const centres: number[] = [];
  for (let row = 0; row < size / 20 - 1; row++) {
    for (let column = 0; column < size / 20 - 1; column++) {
      centres.push(12 + 20 * row + random.uniform(-2, 2), 12 + 20 * column + random.uniform(-2, 2));
    }
  }
  for (let i = 0; i < data.length; i++) {
    const y = Math.floor(i / size) + 0.5;
    const x = (i % size) + 0.5;
    for (let k = 0; k < centres.length; k += 2) {
      if (Math.hypot(y - centres[k]!, x - centres[k + 1]!) < 8) labels[i] = k / 2 + 1;
    }
    data[i] = (labels[i] === 0 ? 100 : 300) + 20 * random.normal();
  }
  return {
    plane: { height: size, width: size, data },
    labels: { height: size, width: size, data: labels },
    centres: Float32Array.from(centres),
  };
}

export function weakExample(seed: number, size = 64): TrainingExample {
  const { plane, labels, centres } = disks(seed, size);
  const foreground = { ...labels, data: Uint8Array.from(labels.data, (label) => Math.min(1, label)) };
  return {
    name: `weak ${seed}`,
    planes: [plane],
    supervision: { kind: 'weak', foreground, locations: centres },
  };
}

export function fullExample(seed: number, size = 64): TrainingExample {
  const { plane, labels } = disks(seed, size);
  return { name: `full ${seed}`, planes: [plane], supervision: { kind: 'full', labels } };
}

/** Settings for a few quick steps. */
export function quickSettings(change: Partial<TrainingSettings> = {}): TrainingSettings {
  return {
    ...defaultTrainingSettings,
    steps: 4,
    stepsPerEpoch: 3,
    cropPx: 32,
    warmupSteps: 2,
    partitionAfter: 1,
    ...change,
  };
}
