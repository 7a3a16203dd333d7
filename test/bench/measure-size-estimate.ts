import { parseArgs } from 'node:util';
import type { ModelCard } from '../../src-main/contract/model-card.ts';
import type { FloatPlane } from '../../src-main/contract/pixels.ts';
import { baseModel } from '../../src-main/contract/shipped-model.ts';
import { resizePlane } from '../../src-main/imaging/resample/resize-plane.ts';
import { networkOf } from '../../src-main/inference/network-of.ts';
import { includedModelPath } from '../../src-main/project/included-model-path.ts';
import { loadModelFrom } from '../../src-main/project/model-store.ts';
import { generateLookImage, lookDiameterPx } from '../../src-main/sample/generate-look-image.ts';
import { lookSettings } from '../../src-main/sample/look-settings.ts';
import { withModel } from '../../src-main/tasks/models/with-model.ts';
import { segmentPlanes } from '../../src-main/tasks/segmenting/segment-planes.ts';
import { median } from './median.ts';

/**
 * `npx tsx test/bench/measure-size-estimate.ts [--rounds 5]`: how long the base model takes for images of
 * usual sizes if it estimates the cell size itself, against a size that is given. A model that a person
 * trained makes no estimate; here it is the same network without `anySize` in its card. The three take turns
 * within a round, so the ratios hold on a busy machine, too.
 */

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const cellDiameterPx = 43;
const control = { signal: new AbortController().signal, onProgress: () => undefined };

const base = await loadModelFrom(includedModelPath(baseModel.id)!);
const own: ModelCard = {
  ...base.card,
  preprocessing: {
    ...base.card.preprocessing,
    anySize: false,
    cellSize: { diameterPx: cellDiameterPx, overridden: false, pixelSizeUm: null },
    targetDiameterPx: cellDiameterPx,
  },
};
await withModel(base, 'onnx', async ({ model }) => {
  const network = networkOf(model.inference);
  for (const [height, width] of [
    [520, 704],
    [1080, 1280],
    [2048, 2048],
  ] as const) {
    const plane = cells(height, width);
    const ways = {
      given: () =>
        segmentPlanes([plane], null, { network, card: base.card }, { diameterPx: cellDiameterPx }, control),
      estimated: () => segmentPlanes([plane], null, { network, card: base.card }, {}, control),
      trained: () => segmentPlanes([plane], null, { network, card: own }, {}, control),
    };
    const times = { given: [] as number[], estimated: [] as number[], trained: [] as number[] };
    let diameterPx = NaN;
    for (let round = 0; round <= Number(values.rounds); round++) {
      for (const [name, way] of Object.entries(ways) as [keyof typeof ways, typeof ways.given][]) {
        const start = performance.now();
        const found = await way();
        // The first round compiles the shapes.
        if (round > 0) times[name].push(performance.now() - start);
        if (name === 'estimated') diameterPx = found.diameterPx;
      }
    }
    const [given, estimated, trained] = [times.given, times.estimated, times.trained].map(median) as [
      number,
      number,
      number,
    ];
    console.log(
      `${width} × ${height} px, cells of ${cellDiameterPx} px: size given ${given.toFixed(0)} ms; estimated ` +
        `(${diameterPx.toFixed(0)} px) ${estimated.toFixed(0)} ms, ${(estimated / given).toFixed(2)} times; ` +
        `a trained model ${trained.toFixed(0)} ms, ${(trained / given).toFixed(2)} times`,
    );
  }
});

/** A generated image in phase contrast. */
function cells(height: number, width: number): FloatPlane {
  const scale = cellDiameterPx / lookDiameterPx;
  const side = Math.ceil(Math.max(height, width) / scale);
  const { plane } = generateLookImage(lookSettings['phase-flat']!, 9_400_001, side);
  const large = resizePlane(plane, Math.round(side * scale), Math.round(side * scale));
  const data = new Float32Array(height * width);
  for (let y = 0; y < height; y++) {
    data.set(large.data.subarray(y * large.width, y * large.width + width), y * width);
  }
  return { height, width, data };
}
