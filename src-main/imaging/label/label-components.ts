import { int32At } from '../../contract/elements.ts';
import type { LabelImage, Mask } from '../../contract/pixels.ts';
import { connectedRuns } from './connected-runs.ts';
import type { Connectivity } from './connected-runs.ts';

/** Labels the connected pieces of a mask [height, width]: 1 … n in row order of their first pixels. */
export function labelComponents(mask: Mask, connectivity: Connectivity): LabelImage {
  const { count, starts, ends, labels } = connectedRuns(mask, connectivity);
  const data = new Int32Array(mask.data.length);
  for (let run = 0; run < count; run++) data.fill(int32At(labels, run), starts[run], ends[run]);
  return { height: mask.height, width: mask.width, data };
}
