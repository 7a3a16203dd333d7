import type { LabelRuns } from '../../contract/pixels.ts';
import type { PixelSource } from '../pixel-source.ts';
import { LabelRunsBuilder } from './label-runs-builder.ts';

/**
 * Reads a label image of one plane in bands. Memory grows with the runs, not with the pixels.
 * @param refuse makes the error for a plane that is no label image; gets the reason.
 * @throws what `refuse` makes; what the source throws.
 */
export async function readLabelRuns(
  source: PixelSource,
  refuse: (reason: string) => Error,
): Promise<LabelRuns> {
  const { t, z, c, y, x } = source.shape;
  if (t * z * c !== 1) throw refuse(`it has ${t * z * c} planes`);
  const builder = new LabelRunsBuilder(y, x);
  for await (const { data } of source.getBands({ channel: 0 })) {
    for (let i = 0; i < data.length; i++) {
      const value = data[i]!;
      if (!(value >= 0 && value < 2 ** 31 && Number.isInteger(value))) {
        throw refuse(`it contains the value ${value}`);
      }
    }
    builder.addRows(data);
  }
  return builder.build();
}
