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

/** How a model is used. Everything has a default. */
export interface SegmentChoices extends FindingChoices {
  engine: EngineChoice;
  /** How many networks compute at the same time. @default 'measured' */
  networks?: NetworkChoice;
  /** Also segment images again that this model has segmented with the same settings. @default false */
  again?: boolean;
  /** Called when an image starts and when it ends. Several images run at the same time. */
  onImage?: (news: ImageNews) => void;
}

/** An event of one image, by its id (in a folder, its name). */
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
   * Cells below the model's minimum score. In a project they are among the cells; in a folder they are not
   * written.
   */
  belowScore: number;
  /** Time from its file to its results, without waiting. */
  elapsedMs: number;
  /** The assumed mean diameter of its cells, in px of the image. */
  diameterPx: number;
  /** Why nothing was found, in one sentence, if the image is the reason. */
  note?: string;
}

export interface SegmentResult {
  model: string;
  done: SegmentedImage[];
  /** Images that were segmented before with the same model and settings. */
  skipped: string[];
  failures: Failure[];
  /** The engine and the networks used. */
  computedBy: SegmentingReport | null;
}

/** An image to be segmented: of a project, or of a folder. */
export interface Segmentable {
  /** Its id in a project, its name in a folder. */
  id: string;
  name: string;
  /** Segments it, unless that was done before. `keep` then writes the result. */
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
  // One after the other, because two writers at the same time are not faster.
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
      // Images may end in another order than they started.
      done: items.flatMap(({ id }) => done.get(id) ?? []),
      skipped: items.filter(({ id }) => skipped.has(id)).map(({ name }) => name),
      failures,
      computedBy: segmenter.report(),
    };
  });
}

/** The choices that affect the result. */
export function findingChoicesOf({ settings, diameterPx }: SegmentChoices): FindingChoices {
  return {
    ...(settings === undefined ? {} : { settings }),
    ...(diameterPx === undefined ? {} : { diameterPx }),
  };
}

/** The same choices, in the form of the record. */
export function parametersOf({ settings = {}, diameterPx }: SegmentChoices): PredictionRecord['parameters'] {
  // In earlier versions, `minScore` was the limit for proposals. Such a prediction is not the same work.
  const { minScore = null, ...others } = settings;
  return {
    ...others,
    ...(minScore === null ? {} : { minCellScore: minScore }),
    ...(diameterPx === undefined ? {} : { diameterPx }),
  };
}
