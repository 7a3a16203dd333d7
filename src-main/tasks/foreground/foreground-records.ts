import { int32At, itemAt, uint32At } from '../../contract/elements.ts';
import { emptyPackedMask, fillBits } from '../../contract/packed-mask.ts';
import type { PackedMask } from '../../contract/packed-mask.ts';
import type { LabelRuns } from '../../contract/pixels.ts';
import type { AnnotationSource, ImageEntry } from '../../contract/project-files.ts';
import type {
  CandidateSettings,
  CandidatesView,
  CandidateView,
} from '../../contract/requests/foreground-requests.ts';
import { enlargeMask } from '../../imaging/resample/enlarge-mask.ts';
import type { PartRecord } from '../annotate-images.ts';

export type ForegroundRecord = PartRecord<PackedMask>;

/**
 * The record of a candidate.
 * @param by `machine` if nobody looked at the accepted suggestion
 */
export function candidateRecord(
  image: ImageEntry,
  { settings, candidates, confidence }: CandidatesView,
  index: number,
  by: AnnotationSource['by'],
): ForegroundRecord {
  const { mask, blockPx, threshold } = itemAt(candidates, index);
  const number = index + 1;
  return {
    title: by === 'machine' ? `Accept suggestion ${number}` : `Pick candidate ${number}`,
    change: {
      value: enlargeMask(mask, blockPx, image),
      source: {
        method: 'candidate',
        by,
        parameters: { ...settings, candidate: number, threshold, confidence },
      },
    },
  };
}

/** The record of a custom threshold, in units of the feature. */
export function thresholdRecord(
  image: ImageEntry,
  settings: CandidateSettings,
  { mask, blockPx }: CandidateView,
  threshold: number,
): ForegroundRecord {
  return {
    title: 'Set a threshold',
    change: {
      value: enlargeMask(mask, blockPx, image),
      source: { method: 'threshold', by: 'person', parameters: { ...settings, threshold } },
    },
  };
}

/**
 * The record of a foreground that consists of all labelled pixels.
 * @param lost cells of the file that have no pixel
 */
export function labelledRecord(labels: LabelRuns, file: string, lost = 0): ForegroundRecord {
  const { height, width, rowStarts, starts, ends } = labels;
  const value = emptyPackedMask(height, width);
  for (let y = 0, run = 0; y < height; y++) {
    for (; run < uint32At(rowStarts, y + 1); run++)
      fillBits(value.bits, 1, y * width + int32At(starts, run), y * width + int32At(ends, run));
  }
  return {
    title: 'Use all labelled pixels as foreground',
    change: {
      value,
      source: { method: 'labels', by: 'person', parameters: { file, lost } },
    },
  };
}
