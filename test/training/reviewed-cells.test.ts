import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabelImage, Mask } from '../../src-main/contract/pixels.ts';
import { noAugmentation } from '../../src-main/contract/training.ts';
import { openEngine, type Engine } from '../../src-main/engine/open-engine.ts';
import { createModel, type LacssModel } from '../../src-main/model/create-model.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';
import { cropTensors } from '../../src-main/training/crop-tensors.ts';
import { withDividedForeground } from '../../src-main/training/divided-foreground.ts';
import { drawCrop, type Crop, type CropOptions } from '../../src-main/training/draw-crop.ts';
import { packedSource, asExampleSource } from '../../src-main/training/example-source.ts';
import { prepareExample } from '../../src-main/training/prepare-example.ts';
import { places } from '../../src-main/training/reviewed-cells.ts';
import { stepLosses } from '../../src-main/training/step-losses.ts';
import type { ReviewedSupervision, TrainingExample } from '../../src-main/training/training-example.ts';
import { disks, fullExample, quickSettings, weakExample } from './examples.ts';
import { reviewedSupervision } from './reviewed-supervision.ts';

let engine: Engine;
let model: LacssModel;
beforeAll(async () => {
  engine = await openEngine('cpu');
  model = createModel('tiny', 1, 7);
});
afterAll(() => {
  model.dispose();
  engine.close();
});

const options = (size: number): CropOptions => ({
  size,
  maskStride: 2,
  cellDiameterPx: 16,
  augmentation: noAugmentation,
});

/** A row of pixels as an image. */
const row = (...data: number[]): LabelImage => ({
  height: 1,
  width: data.length,
  data: Int32Array.from(data),
});
const maskRow = (...data: number[]): Mask => ({ height: 1, width: data.length, data: Uint8Array.from(data) });

/** Pixels: known cell, known and rejected, rejected, background, foreground with a point, foreground. */
const labels = row(5, 5, 0, 0, 0, 0);
const rejected = row(0, 1, 1, 0, 0, 0);
const foreground = maskRow(1, 1, 1, 0, 1, 1);
const points = Float32Array.from([0.5, 0.5, 0.5, 2.5, 0.5, 4.5]);
const { unknown, empty, untouched } = places;

function reviewOf(
  annotation: Parameters<typeof reviewedSupervision>[1],
  allChecked = false,
): ReviewedSupervision {
  const supervision = reviewedSupervision({ labels, rejected, allChecked }, annotation);
  if (supervision.kind !== 'reviewed') throw new Error('expected reviewed supervision');
  return supervision;
}

describe('what a review says of each pixel', () => {
  it('without annotation: known cells and rejected places, nothing else', () => {
    const {
      places: where,
      complete,
      locations,
      outlinedAt,
      rejectedAt,
      found,
    } = reviewOf({ foreground: null, locations: null });
    expect([...where.data]).toEqual([unknown, unknown, empty, unknown, unknown, unknown]);
    expect(complete).toBe(false);
    expect(locations).toHaveLength(0);
    expect([...rejectedAt]).toEqual([0.5, 2]);
    expect([...outlinedAt]).toEqual([0.5, 1]);
    expect(found).toEqual({ pixels: 2, count: 1 });
  });

  it('with a foreground: its background is empty, its inside stays unknown', () => {
    const { places: where, complete } = reviewOf({ foreground, locations: null });
    expect([...where.data]).toEqual([unknown, unknown, empty, empty, unknown, unknown]);
    expect(complete).toBe(false);
  });

  it('with foreground and points: the rest is shared, and no other cells exist', () => {
    const { places: where, complete, locations, found } = reviewOf({ foreground, locations: points });
    expect([...where.data]).toEqual([unknown, unknown, empty, empty, untouched, untouched]);
    expect(complete).toBe(true);
    // The points in the known cell and in the rejected one are settled.
    expect([...locations]).toEqual([0.5, 4.5]);
    expect(found).toEqual({ pixels: 4, count: 2 });
  });

  it('with points alone: they say where cells are', () => {
    const { places: where, complete, locations } = reviewOf({ foreground: null, locations: points });
    expect([...where.data]).toEqual([unknown, unknown, empty, unknown, unknown, unknown]);
    expect([complete, [...locations]]).toEqual([true, [0.5, 4.5]]);
  });

  it('all cells checked: full supervision', () => {
    const all = { labels, rejected, allChecked: true };
    expect(reviewedSupervision(all, { foreground, locations: points })).toEqual({ kind: 'full', labels });
  });

  it('an annotation of another size is refused', () => {
    expect(() => reviewOf({ foreground: maskRow(1), locations: null })).toThrow(
      /1 × 6 px, another annotation 1 × 1/,
    );
  });
});

/** The disks of `fullExample`: the first is known, the second rejected, the others untouched. */
function reviewedExample(given: { foreground: boolean; locations: boolean }): TrainingExample {
  const { plane, labels: all, centres } = disks(1);
  const only = (wanted: number): LabelImage => ({
    ...all,
    data: all.data.map((label) => (label === wanted ? label : 0)),
  });
  const mask: Mask = { ...all, data: Uint8Array.from(all.data, (label) => Math.min(1, label)) };
  return {
    name: 'reviewed',
    planes: [plane],
    supervision: reviewedSupervision(
      { labels: only(1), rejected: only(2), allChecked: false },
      { foreground: given.foreground ? mask : null, locations: given.locations ? centres : null },
    ),
  };
}

function wholeCrop(example: TrainingExample): Crop {
  return drawCrop(prepareExample(example, 1, 1), options(64), new SeededRandom(1));
}

describe('what a crop of it teaches', () => {
  const { labels: all } = disks(1);
  /** Label below and right of the centre of each grid cell (stride 4 of `tiny`). */
  const atGrid = (i: number): number => all.data[(4 * Math.floor(i / 16) + 3) * 64 + 4 * (i % 16) + 3]!;

  it.each([
    ['nothing else', { foreground: false, locations: false }, [1], 1],
    ['a foreground', { foreground: true, locations: false }, [0, 1], 1],
    ['points', { foreground: false, locations: true }, [0, 1, 3, 4, 5, 6, 7, 8, 9], 1],
    ['foreground and points', { foreground: true, locations: true }, [0, 1, 3, 4, 5, 6, 7, 8, 9], 8],
  ] as const)('with %s: where detection counts, and whose masks are learnt', (_, given, certain, cells) => {
    const crop = wholeCrop(reviewedExample(given));
    expect(crop.supervision).toBe('reviewed');
    expect(crop.locations).toHaveLength(2 * cells);
    expect([...crop.ids]).toEqual([1, 0, 0, 0, 0, 0, 0, 0].slice(0, cells));
    const stride = model.preset.locations.stride;
    expect(stride).toBe(4);
    tf.tidy(() => {
      const tensors = cropTensors(crop, model.preset);
      const known = tensors.known!.dataSync();
      const owners = tensors.owners!.dataSync();
      const positives = tensors.positives.dataSync<'float32'>();
      for (let i = 0; i < 256; i++) {
        const label = atGrid(i);
        expect(owners[i]).toBe(label === 1 ? 1 : 0);
        // The rejected cell's whole area is known, and has no cell.
        if (label === 2) expect([known[i], positives[i]]).toEqual([1, 0]);
        if (label === 1) expect(known[i]).toBe(1);
        if ((certain as readonly number[]).includes(label)) expect(known[i]).toBe(1);
        else if (label > 2) expect(known[i]).toBe(0);
        if (positives[i] === 1) expect(known[i]).toBe(1);
      }
      // 4.7 grid cells per location: of one cell, or of one and seven points.
      const count = positives.reduce((sum, x) => sum + x, 0);
      expect(count).toBeGreaterThanOrEqual(given.locations ? 32 : 4);
      expect(count).toBeLessThanOrEqual(given.locations ? 48 : 6);
      const rest = tensors.untouched!.dataSync<'float32'>().reduce((sum, x) => sum + x, 0);
      expect(rest > 0).toBe(given.foreground && given.locations);
    });
  });

  it('a tiny rejected cell is a place without a cell too', () => {
    const example = reviewedExample({ foreground: false, locations: false });
    const { labels: known } = example.supervision as ReviewedSupervision;
    const speck = { ...known, data: new Int32Array(known.data.length) };
    speck.data[40 * 64 + 40] = 1; // at (40.5, 40.5) px: the corner of four grid cells
    const supervision = reviewedSupervision(
      { labels: known, rejected: speck, allChecked: false },
      { foreground: null, locations: null },
    );
    const crop = wholeCrop({ ...example, supervision });
    tf.tidy(() => {
      const { known: certain, positives } = cropTensors(crop, model.preset);
      for (const at of [9 * 16 + 9, 9 * 16 + 10, 10 * 16 + 9, 10 * 16 + 10]) {
        expect([certain!.dataSync()[at], positives.dataSync()[at]]).toEqual([1, 0]);
      }
    });
  });

  it('outside the image there are no cells, and that is known', () => {
    const example = reviewedExample({ foreground: false, locations: false });
    const crop = drawCrop(prepareExample(example, 1, 1), options(96), new SeededRandom(1));
    const outside = crop.reviewed!.places.filter((place) => place === empty).length;
    expect(outside).toBeGreaterThanOrEqual(48 ** 2 - 32 ** 2);
  });

  it('its losses have finite gradients, and unknown places none', () => {
    const crop = wholeCrop(reviewedExample({ foreground: false, locations: false }));
    const settings = quickSettings();
    tf.tidy(() => {
      const tensors = cropTensors(crop, model.preset);
      const kind = { supervision: crop.supervision, usesAuxnet: false };
      const { value, grads } = tf.variableGrads(
        () => stepLosses(model, tensors, kind, settings).total,
        [...model.variables.values()].filter(({ name }) => !name.startsWith('auxnet/')),
      );
      expect(Number.isFinite(value.dataSync()[0])).toBe(true);
      for (const gradient of Object.values(grads))
        expect(gradient.dataSync().every(Number.isFinite)).toBe(true);
      // Positives in unknown places change nothing.
      const guess = tf.where(
        tf.cast(tensors.known!, 'bool'),
        tensors.positives,
        tf.onesLike(tensors.positives),
      );
      const other = stepLosses(model, { ...tensors, positives: guess }, kind, settings);
      const same = stepLosses(model, tensors, kind, settings);
      expect(other.detection.dataSync()[0]).toBe(same.detection.dataSync()[0]);
    });
  });

  it('with everything known it is full supervision, number by number', () => {
    const full = fullExample(1);
    if (full.supervision.kind !== 'full') throw new Error('expected full supervision');
    const none = { ...full.supervision.labels, data: new Int32Array(64 * 64) };
    const background = {
      ...none,
      data: Uint8Array.from(full.supervision.labels.data, (label) => Math.min(1, label)),
    };
    const supervision = reviewedSupervision(
      { labels: full.supervision.labels, rejected: none, allChecked: false },
      { foreground: background, locations: new Float32Array(0) },
    );
    // Without proposals: those of a reviewed crop must be in their own cell's mask.
    const settings = quickSettings({ proposalRadiusPx: 0 });
    const lossesOf = (crop: Crop): number[] =>
      tf.tidy(() => {
        const kind = { supervision: crop.supervision, usesAuxnet: false };
        const { detection, location, instance } = stepLosses(
          model,
          cropTensors(crop, model.preset),
          kind,
          settings,
        );
        return [detection, location, instance].map((loss) => loss.dataSync()[0]!);
      });
    const [expected, received] = [full, { ...full, supervision }].map((example) =>
      lossesOf(wholeCrop(example)),
    );
    received!.forEach((loss, i) => expect(loss).toBeCloseTo(expected![i]!, 5));
  });
});

it('the untouched foreground is divided among its points, and joins the known outlines', async () => {
  const source = asExampleSource(reviewedExample({ foreground: true, locations: true }));
  expect(source.divides).toBe(true);
  const control = { signal: new AbortController().signal, onPercent: () => undefined };
  const { supervision } = await withDividedForeground(source, control);
  if (supervision.kind !== 'reviewed') throw new Error('expected reviewed supervision');
  const { labels: all } = disks(1);
  let misplaced = 0;
  supervision.labels.data.forEach((label, i) => {
    const disk = all.data[i]!;
    // The known disk keeps its label, the rejected one has none, disks 3 to 9 get the next labels.
    if (disk <= 2) expect(label).toBe([0, 1, 0][disk]);
    else if (label !== disk - 1) misplaced++;
  });
  expect(misplaced).toBeLessThan(10); // where two disks touch
  expect(supervision.complete).toBe(true);
});

it('a review packed and read again is the same', async () => {
  const example = reviewedExample({ foreground: true, locations: true });
  const source = packedSource(example, () => Promise.resolve(example.planes));
  expect((await source.read()).supervision).toEqual(example.supervision);
  expect(source.cells).toEqual((example.supervision as ReviewedSupervision).found);
});

it('crops show a corrected cell; half of them where the whole image is annotated', () => {
  const size = 160;
  const { plane, labels: all } = disks(2, size);
  const corner: LabelImage = { ...all, data: all.data.map((label) => (label === 1 ? 1 : 0)) };
  const none: LabelImage = { ...all, data: new Int32Array(size * size) };
  const share = (annotation: Parameters<typeof reviewedSupervision>[1]): number => {
    const supervision = reviewedSupervision(
      { labels: corner, rejected: none, allChecked: false },
      annotation,
    );
    const example = prepareExample({ name: 'large', planes: [plane], supervision }, 1, 1);
    let shown = 0;
    for (let k = 0; k < 60; k++) {
      shown += drawCrop(example, options(48), new SeededRandom(k)).ids.includes(1) ? 1 : 0;
    }
    return shown / 60;
  };
  expect(share({ foreground: null, locations: null })).toBe(1);
  const half = share({ foreground: null, locations: Float32Array.from([100, 100]) });
  expect(half).toBeGreaterThan(0.4);
  expect(half).toBeLessThan(0.8);
});

it('however many cells are rejected, three quarters of the crops show an outline', () => {
  const size = 160;
  const { plane, labels: all } = disks(2, size);
  const only = (isWanted: (label: number) => boolean): LabelImage => ({
    ...all,
    data: all.data.map((label) => (isWanted(label) ? label : 0)),
  });
  const shownIn = (isOutlined: (label: number) => boolean): number => {
    const parts = { labels: only(isOutlined), rejected: only((label) => !isOutlined(label)) };
    const supervision = reviewedSupervision(
      { ...parts, allChecked: false },
      { foreground: null, locations: null },
    );
    const example = prepareExample({ name: 'large', planes: [plane], supervision }, 1, 1);
    let shown = 0;
    // So narrow that a crop shows one or two cells.
    for (let k = 0; k < 60; k++) {
      shown += drawCrop(example, options(24), new SeededRandom(k)).ids.includes(1) ? 1 : 0;
    }
    return shown / 60;
  };
  const one = shownIn((label) => label === 1);
  expect(one).toBeGreaterThan(0.6);
  expect(one).toBeLessThan(0.95);
  // A single rejected cell has no larger share than any other cell.
  expect(shownIn((label) => label !== 1)).toBeGreaterThan(0.9);
  expect(shownIn(() => false)).toBe(0);
});

it.each([
  // Recorded before reviewed supervision existed: number and hash of all operations, gradients included.
  ['weak', weakExample(1), 2820, '10d24e34bdaa8b1e', 1.6235839128494263],
  ['full', fullExample(1), 2265, '9efd8b25e02e9e5c', 1.2257035970687866],
] as const)('a step of %s supervision computes what it always did', async (_, example, count, hash, loss) => {
  const settings = quickSettings();
  const prepared = prepareExample(example, 1, 1);
  const crop = drawCrop(
    prepared,
    { ...options(64), augmentation: settings.augmentation },
    new SeededRandom(3),
  );
  const tensors = cropTensors(crop, model.preset);
  const kind = { supervision: crop.supervision, usesAuxnet: crop.supervision === 'weak' };
  const variables = [...model.variables.values()].filter(
    ({ name }) => kind.usesAuxnet || !name.startsWith('auxnet/'),
  );
  const { kernels, result } = await tf.profile(() =>
    tf.tidy(() => tf.variableGrads(() => stepLosses(model, tensors, kind, settings).total, variables).value),
  );
  const list = kernels.map(({ name, outputShapes }) => `${name} ${JSON.stringify(outputShapes)}`).join('\n');
  expect(kernels).toHaveLength(count);
  expect(createHash('sha256').update(list).digest('hex').slice(0, 16)).toBe(hash);
  // Not exact, because Math.exp may differ between versions of Node.
  expect((result as tf.Tensor).dataSync()[0]).toBeCloseTo(loss, 6);
  tf.dispose([tensors, result]);
});
