import { InferenceSession, Tensor } from 'onnxruntime-node';
import onnxProto from 'onnx-proto';
import { expect, test } from 'vitest';
import type { NetworkVariant } from '../../src-main/contract/network-variant.ts';
import { usualSegmentSettings } from '../../src-main/contract/inference.ts';
import { openEngine } from '../../src-main/engine/open-engine.ts';
import { makeWhole } from '../../src-main/inference/finish-cells.ts';
import { networkOf } from '../../src-main/inference/network-of.ts';
import { segmentImage } from '../../src-main/inference/segment-image.ts';
import { matchInstances } from '../../src-main/metrics/match-instances.ts';
import { prepareImage } from '../../src-main/model/prepare-image.ts';
import { loadModel } from '../../src-main/model/weights.ts';
import { describeProcessing } from '../../src-main/model-export/describe-processing.ts';
import { exportCellFinder } from '../../src-main/model-export/export-cell-finder.ts';
import { exportFiles } from '../../src-main/model-export/export-files.ts';
import { shippedModelPath } from '../../src-main/project/included-model-path.ts';
import { loadModelFrom } from '../../src-main/project/model-store.ts';
import { colonyRaster } from '../../src-main/sample/colony-raster.ts';
import { generateColonyImage } from '../../src-main/sample/generate-colony-image.ts';
import { defaultSampleSettings } from '../../src-main/sample/sample-settings.ts';
import { planeAt } from '../fixtures/plane-at.ts';
import { control } from '../tasks/small-project.ts';

/**
 * Variants, and a number of cells that each finds. The shipped weights fit all of them, because no choice
 * changes their shapes. They were trained at stride 4, so they find few cells at stride 8.
 */
const variants: { variant: NetworkVariant; least: number }[] = [
  { variant: {}, least: 15 },
  { variant: { method: 'published', patchPx: 128 }, least: 15 },
  { variant: { method: 'published', locationStride: 8 }, least: 4 },
];

test.each(variants)(
  'cells.onnx alone finds the cells that the program finds, variant $variant',
  async ({ variant, least }) => {
    const { card: shipped, manifest, bytes } = await loadModelFrom(shippedModelPath);
    const card = { ...shipped, variant };
    const { minAreaShare, ranking } = usualSegmentSettings(variant.method ?? 'improved');
    const engine = await openEngine('onnx');
    const model = await loadModel(card, manifest, bytes);
    const files = await exportFiles(model, card, { authors: [], licence: null, at: card.createdAt });
    const exported = files.get('cells.onnx')!;
    const { graph, metadataProps } = onnxProto.onnx.ModelProto.decode(exported);
    expect(new Set(graph!.node!.map(({ domain }) => domain ?? ''))).toEqual(new Set(['']));
    expect(metadataProps.map(({ key }) => key)).toContain('postprocessing');
    const session = await InferenceSession.create(exported);
    const { targetDiameterPx, cellSize } = card.preprocessing;
    const settings = { ...defaultSampleSettings, heightPx: 200, widthPx: 260 };
    const field = planeAt(colonyRaster(generateColonyImage(1, settings)), { c: 0 });
    const { height, width } = field;
    const run = async (
      using: InferenceSession,
      image: ReturnType<typeof prepareImage>,
      size: [number, number],
    ) => {
      // Padded to whole strides, as the description says.
      const [rows, columns] = [image.height, image.width].map((side) => side + ((16 - (side % 16)) % 16)) as [
        number,
        number,
      ];
      const mirrored = (at: number, side: number): number => (at < side ? at : 2 * side - 1 - at);
      const data = Float32Array.from({ length: rows * columns }, (_, i) => {
        const [y, x] = [mirrored(Math.floor(i / columns), image.height), mirrored(i % columns, image.width)];
        return image.data[y * image.width + x]!;
      });
      const pair = (of: readonly number[]) => new Tensor('int64', BigInt64Array.from(of, BigInt), [2]);
      const { labels, cell_scores, cell_locations } = await using.run({
        image: new Tensor('float32', data, [1, 1, rows, columns]),
        resized: pair([image.height, image.width]),
        original: pair(size),
      });
      expect(labels!.dims).toEqual(size);
      return {
        labels: Int32Array.from(labels!.data as Int32Array),
        scores: cell_scores!.data as Float32Array,
        locations: cell_locations!.data as Float32Array,
      };
    };
    try {
      // At the training size, at half of it (where cells repeat and overlap), and shrunk.
      for (const scale of [1, 0.5, 1.4].map((factor) => (factor * targetDiameterPx) / cellSize.diameterPx)) {
        const found = await segmentImage(networkOf(model.inference), [field], { scale, control });
        const image = prepareImage([field], scale);
        const { labels: data, scores, locations } = await run(session, image, [height, width]);
        expect(locations).toHaveLength(2 * scores.length);
        expect(scores).toEqual(scores.toSorted().reverse());
        const labels = { height, width, data };
        expect(new Set(data).size - 1).toBe(scores.length);
        // Work after the graph: keep one piece per cell, and drop small cells.
        const margins = new Float32Array(0);
        const smallest = (minAreaShare * Math.PI * targetDiameterPx ** 2) / 4;
        const leastPx = (smallest * height * width) / (image.height * image.width);
        makeWhole({ labels, margins }, scores.length, Math.max(1, leastPx));
        const count = new Set(data).size - 1;
        expect(count).toBeGreaterThan(least);
        expect(count).toBe(found.scores.length);
        const [same] = matchInstances(labels, null, found.labels, [0.97]).truePositives;
        expect(same!.reduce((sum, is) => sum + is, 0)).toBe(count);
        if (ranking === 'outline') continue;
        // As published, faint cells keep their scores. So they are the final ones.
        const whole = new Set(data);
        const left = scores.filter((_, k) => whole.has(k + 1));
        const errors = left.map((score, k) => Math.abs(score - found.scores[k]!));
        expect(Math.max(...errors)).toBeLessThan(1e-4);
      }
      // No proposals: no cell, and no error.
      const parameters = { ...describeProcessing(card, model.preset).parameters, minScore: 1 };
      const blind = exportCellFinder(files.get('model.onnx')!, parameters);
      const nothing = await run(await InferenceSession.create(blind), prepareImage([field], 1), [
        height,
        width,
      ]);
      expect(nothing.scores).toHaveLength(0);
      expect(nothing.labels.every((label) => label === 0)).toBe(true);
    } finally {
      await session.release();
      model.dispose();
      engine.close();
    }
  },
);
