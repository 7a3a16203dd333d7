import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import type { JobControl } from '../../../src-main/contract/job.ts';
import type { ModelCard } from '../../../src-main/contract/model-card.ts';
import { gaussianFilter } from '../../../src-main/imaging/filters/gaussian-filter.ts';
import { networkOf } from '../../../src-main/inference/network-of.ts';
import { meanLook } from '../../../src-main/model/compare-look.ts';
import { imageLook } from '../../../src-main/model/image-look.ts';
import { SeededRandom } from '../../../src-main/model/seeded-random.ts';
import { segmentPlanes } from '../../../src-main/tasks/segmenting/segment-planes.ts';
import { bandsOf } from '../../fixtures/bands-of.ts';
import { storedModel } from '../../fixtures/stored-model.ts';
import { brightSpots, fakeModel } from '../../inference/fake-model.ts';

beforeAll(() => tf.setBackend('cpu'));

const control: JobControl = { signal: new AbortController().signal, onProgress: () => undefined };

test('an image in bands is warned about like one in memory', async () => {
  const random = new SeededRandom(2);
  const spots = brightSpots(300, 200, [
    [60.5, 60.5, 200],
    [150.5, 120.5, 180],
    [240.5, 80.5, 190],
  ]);
  const own = { ...spots, data: spots.data.map((value) => value + 20 + 3 * random.normal()) };
  const foreign = gaussianFilter({ ...own, data: own.data.map(() => 1000 + 200 * random.normal()) }, 6);
  const { card: plain } = storedModel('spots', 1);
  const { preprocessing } = plain;
  const cellSize = { ...preprocessing.cellSize, diameterPx: preprocessing.targetDiameterPx };
  const look = { images: 1, foregroundShare: null, channels: meanLook([imageLook([own], 1)]) };
  const card: ModelCard = { ...plain, preprocessing: { ...preprocessing, cellSize }, look };
  const noteOf = async (input: Parameters<typeof segmentPlanes>[0]): Promise<string | undefined> => {
    const network = networkOf(fakeModel({ brightness: 1.5 }));
    return (await segmentPlanes(input, null, { network, card }, {}, control)).note;
  };
  expect(await noteOf(bandsOf([own], 40))).toBeUndefined();
  const note = await noteOf([foreign]);
  expect(note).toMatch(/^This image looks unlike those the model learned: /);
  expect(await noteOf(bandsOf([foreign], 40))).toBe(note);
});
