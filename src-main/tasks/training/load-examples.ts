import type { ForegroundUse } from '../../contract/choices.ts';
import { unpackMask, unpackPart, type PackedMask } from '../../contract/packed-mask.ts';
import type { JobControl } from '../../contract/job.ts';
import type { CellLabels, FloatPlane, ImageArea, Locations, Mask } from '../../contract/pixels.ts';
import type { ChannelRoles, ImageEntry } from '../../contract/project-files.ts';
import { LacssError } from '../../contract/errors.ts';
import type { TrainingRun } from '../../contract/training-run.ts';
import { cutLabels, labelImageOf } from '../../imaging/label/cut-labels.ts';
import { loadRole } from '../../project/load-image.ts';
import type { Project } from '../../project/project.ts';
import { packedSource, type ExampleSource } from '../../training/example-source.ts';
import { cutSupervision, locationsIn } from '../../training/cut-supervision.ts';
import { planesWithoutStrip, withoutStrip } from '../../training/leave-out-strip.ts';
import {
  requireSameSize,
  supervisionOfParts,
  type KnownBesides,
  type ReviewedCells,
} from '../../training/reviewed-cells.ts';
import { mostPixelsInMemory } from '../segmenting/segment-planes.ts';
import { throwIfCancelled } from '../for-each-item.ts';
import { annotationSize, type Supervision } from '../../training/training-example.ts';
import { loadParts, type ReadAnnotation } from './load-parts.ts';
import { meanPixelSize } from './mean-pixel-size.ts';
import { readCorrections } from './read-corrections.ts';

/** The parts to read of each image. */
export interface ReadingChoices {
  /** The input channels of the model, in its order. */
  channels: readonly (keyof ChannelRoles)[];
  /** Whether label images and reviews are used. */
  useLabels: boolean;
  /** With `none`, images without outlines are learnt from their points alone. @default picked */
  foreground?: ForegroundUse;
  /** Whether the images are for validation. @default false */
  judges?: boolean;
  /** Leaves out a strip of this share of the longer side. @default none */
  stripShare?: number | undefined;
  /** Larger images are read in parts of a quarter as many pixels. For tests. @default 2²⁴ */
  mostWholePixels?: number;
}

/** What a training reads of its images, without the strip that it leaves out. */
export function readingOf({ channels, useLabels, variant }: TrainingRun): ReadingChoices {
  return { channels, useLabels, foreground: variant?.foreground ?? 'picked' };
}

/**
 * Reads images and their annotations for training once, so that errors appear at the start. The current
 * annotations are kept, packed. Pixels are read again for each crop, so that memory does not limit the number
 * of images. A large image becomes several examples (`loadParts`).
 * @throws LacssError naming the image: `annotation-missing`, `file-not-found`, `image-invalid` …
 */
export async function loadExamples(
  project: Project,
  images: readonly ImageEntry[],
  {
    channels,
    useLabels,
    foreground = 'picked',
    stripShare,
    judges = false,
    mostWholePixels = mostPixelsInMemory,
  }: ReadingChoices,
  { signal, onProgress }: JobControl,
): Promise<ExampleSource[]> {
  const examples: ExampleSource[] = [];
  for (const [index, image] of images.entries()) {
    throwIfCancelled(signal);
    onProgress({ done: index, total: images.length, message: `Reading ${image.name}` });
    const annotation = await annotationOf(project, image, { useLabels, foreground, judges });
    examples.push(
      ...(await readExamples(project, image, annotation, { channels, stripShare, signal, mostWholePixels })),
    );
    await new Promise(setImmediate);
  }
  return examples;
}

/**
 * Reads an image once: as one example, or a large one as several (`loadParts`).
 * @throws LacssError what reading an image throws; `image-size-mismatch`; `cancelled`
 */
export async function readExamples(
  project: Project,
  image: ImageEntry,
  annotation: ReadAnnotation,
  {
    channels,
    stripShare,
    signal,
    mostWholePixels = mostPixelsInMemory,
  }: Pick<ReadingChoices, 'channels' | 'stripShare' | 'mostWholePixels'> & { signal: AbortSignal },
): Promise<ExampleSource[]> {
  if (image.height * image.width > mostWholePixels) {
    const mostPixels = Math.ceil(mostWholePixels / 4);
    return loadParts(project, image, annotation, { channels, stripShare, signal, mostPixels });
  }
  const readPlanes = async (): Promise<FloatPlane[]> => {
    const planes: FloatPlane[] = [];
    for (const role of channels) planes.push(await loadRole(project, image, role, { signal }));
    return planes;
  };
  const example = {
    name: image.name,
    planes: await readPlanes(),
    supervision: annotation.whole(),
    pixelSizeUm: meanPixelSize(image),
  };
  if (stripShare === undefined || example.supervision.kind === 'reviewed')
    return [packedSource(example, readPlanes)];
  const readPart = async (): Promise<FloatPlane[]> => planesWithoutStrip(await readPlanes(), stripShare);
  return [packedSource(withoutStrip(example, stripShare), readPart)];
}

/**
 * The outlines of every cell of an image; `null` if they are not known.
 * @throws LacssError as `readCorrections`
 */
export async function knownOutlines(project: Project, image: ImageEntry): Promise<CellLabels | null> {
  const labels = await project.annotation(image).read('labels');
  if (labels !== null) return labels;
  const corrections = await readCorrections(project, image);
  return corrections?.reviewed.allChecked === true ? corrections.reviewed.labels : null;
}

/** What is known of the cells of an image. @throws LacssError `annotation-missing` */
async function annotationOf(
  project: Project,
  image: ImageEntry,
  {
    useLabels,
    foreground: use,
    judges,
  }: Required<Pick<ReadingChoices, 'useLabels' | 'foreground' | 'judges'>>,
): Promise<ReadAnnotation> {
  const annotation = project.annotation(image);
  const labels = useLabels ? await annotation.read('labels') : null;
  if (labels !== null) {
    return {
      size: labels,
      whole: () => ({ kind: 'full', labels: labelImageOf(labels) }),
      part: (area) => ({ kind: 'full', labels: cutLabels(labels, area) }),
    };
  }
  const packed = use === 'none' ? null : await annotation.read('foreground');
  const locations = await annotation.read('locations');
  const corrections = useLabels ? await readCorrections(project, image) : null;
  // For validation every cell must be known. A review of some cells is not enough.
  if (corrections !== null && (!judges || corrections.reviewed.allChecked)) {
    return reviewedAnnotation(corrections.reviewed, { foreground: packed, locations });
  }
  if (packed !== null && locations !== null) {
    return {
      size: packed,
      whole: () => ({ kind: 'weak', foreground: unpackMask(packed), locations }),
      part: (area) => ({
        kind: 'weak',
        foreground: unpackPart(packed, area),
        locations: locationsIn(locations, area),
      }),
    };
  }
  if (use === 'none' && locations !== null) {
    return inMemory({ kind: 'points', height: image.height, width: image.width, locations });
  }
  throw new LacssError('annotation-missing', `${image.name} lacks its foreground or its locations.`, {
    subject: image.name,
    remedy: 'Pick its foreground and find its points, or leave the image out.',
    command: 'lacss foreground, lacss locate',
  });
}

/** A review, of which only the wanted part is unpacked. @throws LacssError `image-size-mismatch` */
export function reviewedAnnotation(
  reviewed: ReviewedCells,
  {
    foreground,
    locations,
  }: { foreground: PackedMask | KnownBesides['foreground']; locations: Locations | null },
): ReadAnnotation {
  const { height, width } = reviewed.labels;
  const isPacked = foreground !== null && 'bits' in foreground;
  if (isPacked && !reviewed.allChecked) requireSameSize(reviewed.labels, foreground);
  const inside = isPacked ? (area: ImageArea): Mask => unpackPart(foreground, area) : foreground;
  const part = supervisionOfParts(reviewed, { foreground: inside, locations });
  return { size: { height, width }, whole: () => part({ top: 0, left: 0, height, width }), part };
}

function inMemory(supervision: Supervision): ReadAnnotation {
  const size = annotationSize(supervision);
  return { size, whole: () => supervision, part: (area) => cutSupervision(supervision, area) };
}
