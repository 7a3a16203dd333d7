import { LacssError } from '../../contract/errors.ts';
import type { Failure } from '../../contract/failure.ts';
import type { JobControl, Pace } from '../../contract/job.ts';
import { packMask } from '../../contract/packed-mask.ts';
import type { PackedMask } from '../../contract/packed-mask.ts';
import type { AnnotationSource, ImageEntry, ProjectSettings } from '../../contract/project.ts';
import { enlargeMask } from '../../imaging/resample/enlarge-mask.ts';
import { companionsOf, namedFile } from '../../project/companion-file.ts';
import type { Project } from '../../project/project.ts';
import { readBytes } from '../../project/read-bytes.ts';
import { readLabelImage } from '../../project/read-label-image.ts';
import { chosenImages } from '../chosen-images.ts';
import { forEachItem } from '../for-each-item.ts';
import { paceOf } from '../pace-of.ts';
import { computeCandidates, computeThreshold } from './compute-candidates.ts';

type ForegroundSettings = ProjectSettings['foreground'];

/** Where the foreground comes from. */
export type ForegroundChoice =
  /** The candidate that ranks best. */
  | { kind: 'best' }
  /** The candidate of this number, 1 … 5. */
  | { kind: 'candidate'; number: number }
  /** A threshold of one's own, in units of the feature. */
  | { kind: 'threshold'; threshold: number }
  /**
   * Everything that is labelled: in the label images of a folder, or else in those attached to the images.
   */
  | { kind: 'labels'; folder?: string };

export interface ForegroundParams {
  choice: ForegroundChoice;
  /** Ids or names. @default all */
  images?: readonly string[];
  /** What differs from the project's settings. */
  settings?: Partial<ForegroundSettings>;
  /** Do images anew that have a foreground already. @default false */
  again?: boolean;
}

export interface ForegroundResult {
  done: {
    image: string;
    name: string;
    /** The candidate that was taken, 1 … 5; `null` where none was. */
    candidate: number | null;
    /** How sure the ranking was, 0 … 1; `null` where it was not asked. */
    confidence: number | null;
    /** Why the foreground is empty, in one sentence; absent where it is not suggested so. */
    note?: string;
    /** Share of the image's pixels. */
    fraction: number;
  }[];
  /** Images that had a foreground and were left alone. */
  kept: string[];
  failures: Failure[];
}

/** A foreground and its origin. */
interface Made {
  mask: PackedMask;
  title: string;
  source: AnnotationSource;
  candidate: number | null;
  confidence: number | null;
  note?: string;
}

/**
 * Gives images their foregrounds, from candidates or from label images, and stores them as annotations that
 * can be undone.
 * @throws LacssError `no-images`, `file-not-found`, `file-unwritable`, `disk-full`, `cancelled`
 */
export async function foreground(
  project: Project,
  { choice, images, settings, again = false }: ForegroundParams,
  control: JobControl,
): Promise<ForegroundResult> {
  project.refuseWhenReadOnly();
  const merged = { ...project.manifest.settings.foreground, ...settings };
  const labels = choice.kind === 'labels' && choice.folder !== undefined ? choice.folder : null;
  const files = labels === null ? null : await companionsOf(project.manifest.images, labels, 'labels');
  const result: ForegroundResult = { done: [], kept: [], failures: [] };
  const make = async (image: ImageEntry, pace: Pace): Promise<Made> => {
    if (choice.kind !== 'labels') return fromPixels(project, image, choice, merged, pace);
    if (files === null) return fromAttachedLabels(project, image);
    return fromLabelFile(files.path(namedFile(image), 'label image'));
  };
  result.failures = await forEachItem(
    chosenImages(project, images),
    control,
    { message: 'Computing the foreground of', nameOf: ({ name }) => name },
    async (image, own) => {
      const store = project.annotation(image);
      if (!again && (await store.view()).state.foreground !== null) {
        result.kept.push(image.name);
        return;
      }
      const { mask, title, source, candidate, confidence, note } = await make(image, paceOf(own));
      const { state } = await store.edit(title, { foreground: { value: mask, source } });
      const fraction = (state.foreground?.count ?? 0) / (image.height * image.width);
      const said = note === undefined ? {} : { note };
      result.done.push({ image: image.id, name: image.name, candidate, confidence, fraction, ...said });
    },
  );
  return result;
}

async function fromPixels(
  project: Project,
  image: ImageEntry,
  choice: Exclude<ForegroundChoice, { kind: 'labels' }>,
  settings: ForegroundSettings,
  pace: Pace,
): Promise<Made> {
  if (choice.kind === 'threshold') {
    const { mask, blockPx } = await computeThreshold(project, image, settings, choice.threshold, pace);
    const source = {
      method: 'threshold',
      by: 'person',
      parameters: { ...settings, threshold: choice.threshold },
    } as const;
    return {
      mask: enlargeMask(mask, blockPx, image),
      title: 'Set a threshold',
      source,
      candidate: null,
      confidence: null,
    };
  }
  const { candidates, best, confidence, note } = await computeCandidates(project, image, settings, pace);
  const index = choice.kind === 'best' ? best : choice.number - 1;
  const { mask, blockPx, threshold } = candidates[index];
  return {
    mask: enlargeMask(mask, blockPx, image),
    title: `Pick candidate ${index + 1}`,
    source: {
      method: 'candidate',
      by: choice.kind === 'best' ? 'machine' : 'person',
      parameters: { ...settings, candidate: index + 1, threshold, confidence },
    },
    candidate: index + 1,
    confidence,
    ...(note === undefined || index !== best ? {} : { note }),
  };
}

async function fromAttachedLabels(project: Project, image: ImageEntry): Promise<Made> {
  const labels = await project.annotation(image).read('labels');
  if (labels !== null) return fromLabels(labels, 'the attached label image');
  throw new LacssError('annotation-missing', `${image.name} has no label image.`, {
    subject: image.name,
    remedy: 'Attach one with lacss add --labels FOLDER, or say where they lie.',
  });
}

async function fromLabelFile(path: string): Promise<Made> {
  return fromLabels(await readLabelImage(await readBytes(path), path), path);
}

function fromLabels(
  { height, width, data }: { height: number; width: number; data: Int32Array },
  file: string,
): Made {
  return {
    mask: packMask({ height, width, data: Uint8Array.from(data, (label) => (label > 0 ? 1 : 0)) }),
    title: 'Take everything labelled as foreground',
    source: { method: 'labels', by: 'person', parameters: { file } },
    candidate: null,
    confidence: null,
  };
}
