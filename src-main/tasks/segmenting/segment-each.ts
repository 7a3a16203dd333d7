import type { EngineChoice } from '../../contract/choices.ts';
import type { Failure } from '../../contract/failure.ts';
import type { JobControl } from '../../contract/job.ts';
import type { PredictionRecord } from '../../contract/project-files.ts';
import type { StoredModel } from '../../project/model-file.ts';
import { SerialQueue } from '../../project/serial-queue.ts';
import { forEachItem } from '../for-each-item.ts';
import type { NetworkChoice } from './networks.ts';
import type { FindingChoices } from './segment-planes.ts';
import { withSegmenter } from './segmenter.ts';
import type { Segmenter, SegmentingReport } from './segmenter.ts';

/** What decides how a model is used; everything has a default. */
export interface SegmentChoices extends FindingChoices {
  engine: EngineChoice;
  /** How many networks compute side by side. @default 'measured' */
  networks?: NetworkChoice;
  /** Also segment images again that this model has segmented with the same settings. @default false */
  again?: boolean;
  /** Told of each image as its turn comes and as it ends; several are under way at a time. */
  onImage?: (news: ImageNews) => void;
}

/** How it goes with one image, by its id (in a folder its name). */
export type ImageNews =
  | { status: 'started'; image: string }
  | ({ status: 'done' } & SegmentedImage)
  | { status: 'skipped'; image: string; cells: number }
  | { status: 'failed'; image: string; failure: Failure };

/** One image that was segmented. */
export interface SegmentedImage {
  image: string;
  name: string;
  cells: number;
  /**
   * Cells below the model's minimum score: of those found in a project, besides those written to a folder.
   */
  belowScore: number;
  /** From its file to its results, without waiting for its turn. */
  elapsedMs: number;
  /** The mean diameter its cells were taken to have, in px of the image. */
  diameterPx: number;
  /** Why nothing was found, in one sentence, where the image itself says so. */
  note?: string;
}

export interface SegmentResult {
  model: string;
  done: SegmentedImage[];
  /** Images that were done before with the same model and settings. */
  skipped: string[];
  failures: Failure[];
  /** What it was computed with. */
  computedBy: SegmentingReport | null;
}

/** An image to be segmented: of a project, or of a folder. */
export interface Segmentable {
  /** Its id in a project, its name in a folder. */
  id: string;
  name: string;
  /** Segments it, unless that was done before; `keep` then writes what was found. */
  run: (
    segmenter: Segmenter,
    control: JobControl,
  ) => Promise<
    | { status: 'skipped'; cells: number }
    | ({ status: 'done'; keep: () => Promise<void> } & Pick<
        SegmentedImage,
        'cells' | 'belowScore' | 'elapsedMs' | 'diameterPx' | 'note'
      >)
  >;
}

/**
 * Segments images with one model, several at a time, and writes the results of each as soon as it is done.
 * @throws LacssError `engine-unavailable`, `model-invalid`, `file-unwritable`, `disk-full`, `cancelled`
 */
export async function segmentEach(
  stored: StoredModel,
  items: readonly Segmentable[],
  { engine, networks, onImage }: SegmentChoices,
  control: JobControl,
): Promise<Omit<SegmentResult, 'model'>> {
  const done = new Map<string, SegmentedImage>();
  const skipped = new Set<string>();
  // One after the other: two writers would put two images' files on the disk half the time each, and gain
  // nothing.
  const writing = new SerialQueue();
  return withSegmenter(stored, { engine, networks, images: items.length }, async (segmenter) => {
    const failures = await forEachItem(
      items,
      control,
      {
        message: 'Segmenting',
        nameOf: ({ name }) => name,
        atOnce: segmenter.atOnce,
        onStart: ({ id }) => onImage?.({ status: 'started', image: id }),
        onFailure: ({ id }, failure) => onImage?.({ status: 'failed', image: id, failure }),
      },
      async ({ id, name, run }, part) => {
        const found = await run(segmenter, part);
        const { cells } = found;
        if (found.status === 'skipped') {
          skipped.add(id);
          onImage?.({ status: 'skipped', image: id, cells });
          return;
        }
        await writing.run(found.keep);
        const { belowScore, elapsedMs, diameterPx, note } = found;
        const one = {
          image: id,
          name,
          cells,
          belowScore,
          elapsedMs,
          diameterPx,
          ...(note === undefined ? {} : { note }),
        };
        done.set(id, one);
        onImage?.({ status: 'done', ...one });
      },
    );
    return {
      // Images may end in another order than they were asked for in.
      done: items.flatMap(({ id }) => done.get(id) ?? []),
      skipped: items.filter(({ id }) => skipped.has(id)).map(({ name }) => name),
      failures,
      computedBy: segmenter.report(),
    };
  });
}

/** The choices that decide what is found. */
export function findingChoicesOf({ settings, diameterPx }: SegmentChoices): FindingChoices {
  return {
    ...(settings === undefined ? {} : { settings }),
    ...(diameterPx === undefined ? {} : { diameterPx }),
  };
}

/** The same as the record keeps them. */
export function parametersOf({ settings = {}, diameterPx }: SegmentChoices): PredictionRecord['parameters'] {
  // Earlier versions kept as `minScore` what they cut the proposals by: such a prediction is not the same.
  const { minScore = null, ...others } = settings;
  return {
    ...others,
    ...(minScore === null ? {} : { minCellScore: minScore }),
    ...(diameterPx === undefined ? {} : { diameterPx }),
  };
}
