import type { StoredModel } from '../../src-main/project/model-file.ts';
import { hashBytes } from '../../src-main/project/hash-bytes.ts';

/**
 * One model from several rounds: the mean of their weights. It varies less than a single model does (P.
 * Izmailov et al., "Averaging weights leads to wider optima", UAI 2018). Its model card is that of the last
 * model, and lists the images of all.
 * @param models of one network, in the order of their rounds
 */
export function meanModel(models: readonly [StoredModel, ...StoredModel[]], name: string): StoredModel {
  const last = models.at(-1) ?? models[0];
  const sum = new Float64Array(last.bytes.length / 4);
  for (const { bytes } of models) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length !== last.bytes.length) throw new Error('The rounds are not of one network.');
    for (let i = 0; i < sum.length; i++) sum[i]! += view.getFloat32(4 * i, true) / models.length;
  }
  const bytes = new Uint8Array(last.bytes.length);
  const view = new DataView(bytes.buffer);
  sum.forEach((weight, i) => view.setFloat32(4 * i, weight, true));
  const { training } = last.card;
  if (training === null) throw new Error('The last round has not been trained.');
  const images = new Map(
    models.flatMap(({ card }) => (card.training?.images ?? []).map((image) => [image.name, image] as const)),
  );
  return {
    manifest: last.manifest,
    bytes,
    card: {
      ...last.card,
      name,
      preprocessing: { ...last.card.preprocessing, anySize: true },
      weights: { ...last.card.weights, sha256: hashBytes(bytes) },
      training: {
        ...training,
        images: [...images.values()].sort((a, b) => a.name.localeCompare(b.name)),
        steps: models.reduce((steps, { card }) => steps + (card.training?.steps ?? 0), 0),
        elapsedMs: models.reduce((ms, { card }) => ms + (card.training?.elapsedMs ?? 0), 0),
      },
    },
  };
}
