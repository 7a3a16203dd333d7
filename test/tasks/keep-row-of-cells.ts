import type { LabelImage } from '../../src-main/contract/pixels.ts';
import { predictionFiles, PredictionStore } from '../../src-main/project/prediction-store.ts';
import type { Project } from '../../src-main/project/project.ts';

/** Side of the fields of a small project, px. */
export const side = 128;

/** Cells of 8 × 8 px in a row, 16 px apart. */
export function rowOfCells(count: number): LabelImage {
  const data = new Int32Array(side * side);
  for (let i = 0; i < data.length; i++) {
    const [y, x] = [Math.floor(i / side), i % side];
    const column = Math.floor(x / 16);
    if (y < 8 && x % 16 < 8 && column < count) data[i] = column + 1;
  }
  return { height: side, width: side, data };
}

/** Saves such a row with these scores as a model's prediction for an image. */
export async function keepRowOfCells(
  project: Project,
  image: string,
  { model, at, scores }: { model: string; at: string; scores: number[] },
): Promise<void> {
  const labels = rowOfCells(scores.length);
  await new PredictionStore(project.path('predictions', model, project.image(image).id)).write(
    {
      imageName: image,
      imageSha256: ['0'.repeat(64)],
      weightsSha256: '1'.repeat(64),
      parameters: {},
      cells: scores.length,
      elapsedMs: 1,
      at,
    },
    predictionFiles({
      labels,
      scores: Float32Array.from(scores),
      locations: Float32Array.from(scores.flatMap((_, cell) => [4, 16 * cell + 4])),
    }),
  );
}
