import type { Locations, Mask } from '../../src-main/contract/pixels.ts';
import { cutMask } from '../../src-main/training/cut-supervision.ts';
import {
  requireSameSize,
  supervisionOfParts,
  type ReviewedCells,
} from '../../src-main/training/reviewed-cells.ts';
import type { Supervision } from '../../src-main/training/training-example.ts';

/** The supervision of a whole image that was reviewed. */
export function reviewedSupervision(
  reviewed: ReviewedCells,
  { foreground, locations }: { foreground: Mask | null; locations: Locations | null },
): Supervision {
  const { height, width } = reviewed.labels;
  if (foreground !== null && !reviewed.allChecked) requireSameSize(reviewed.labels, foreground);
  const known = {
    foreground:
      foreground === null ? null : (area: Parameters<typeof cutMask>[1]) => cutMask(foreground, area),
    locations,
  };
  return supervisionOfParts(reviewed, known)({ top: 0, left: 0, height, width });
}
