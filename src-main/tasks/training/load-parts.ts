import { numberAt } from '../../contract/elements.ts';
import type { FloatPlane, ImageArea } from '../../contract/pixels.ts';
import type { ChannelRoles, ImageEntry } from '../../contract/project-files.ts';
import { imageStatistics } from '../../model/prepare-in-strips.ts';
import { loadRoleArea, roleBands } from '../../project/load-image.ts';
import type { Project } from '../../project/project.ts';
import { packedSource, requireSize, type ExampleSource } from '../../training/example-source.ts';
import { keptSize } from '../../training/leave-out-strip.ts';
import type { Supervision } from '../../training/training-example.ts';
import { letMessagesIn } from '../for-each-item.ts';
import { meanPixelSize } from './mean-pixel-size.ts';

/** What is known of the cells of an image, of all of it or of a part. */
export interface ReadAnnotation {
  size: Pick<ImageArea, 'height' | 'width'>;
  whole: () => Supervision;
  part: (area: ImageArea) => Supervision;
}

/**
 * Reads an image that is too large to be held as several examples, the parts of a grid. Their intensities are
 * standardised like the whole image. A cell on the border of two parts is cut, as by a crop.
 *
 * @throws LacssError what reading an image throws; `image-size-mismatch`; `cancelled`
 */
export async function loadParts(
  project: Project,
  image: ImageEntry,
  annotation: ReadAnnotation,
  choices: {
    channels: readonly (keyof ChannelRoles)[];
    stripShare: number | undefined;
    signal: AbortSignal;
    /** A part has no more. */
    mostPixels: number;
  },
): Promise<ExampleSource[]> {
  const { channels, stripShare, signal, mostPixels } = choices;
  const { name, height, width } = image;
  requireSize(name, { height, width }, annotation.size);
  const bands = channels.map((role) => () => roleBands(project, image, role, signal));
  const pace = (): Promise<void> => letMessagesIn(signal);
  const { channels: statistics } = await imageStatistics({ height, width, channels: bands }, pace);
  const pixelSizeUm = meanPixelSize(image);
  const parts: ExampleSource[] = [];
  for (const area of gridOf({ height, width }, mostPixels)) {
    // What the part before has left is freed in between.
    await pace();
    const whole = annotation.part(area);
    const isReviewed = whole.kind === 'reviewed';
    // A reviewed part without a correction teaches nothing that is sure.
    if (isReviewed && !whole.complete && whole.outlinedAt.length + whole.rejectedAt.length === 0) continue;
    const isCut = stripShare !== undefined && !isReviewed;
    const own = isCut ? { ...area, ...keptSize(area, stripShare) } : area;
    const supervision = isCut ? annotation.part(own) : whole;
    const planes = channels.map(() => own);
    const readPlanes = async (): Promise<FloatPlane[]> => {
      const read: FloatPlane[] = [];
      for (const role of channels) read.push(await loadRoleArea(project, image, role, own, signal));
      return read;
    };
    parts.push(packedSource({ name, pixelSizeUm, statistics, planes, supervision }, readPlanes));
  }
  return parts;
}

/** The parts of an image: equal rectangles, as many along both sides. */
function gridOf({ height, width }: Pick<ImageArea, 'height' | 'width'>, mostPixels: number): ImageArea[] {
  const along = Math.ceil(Math.sqrt((height * width) / mostPixels));
  const cuts = (length: number): number[] =>
    Array.from({ length: along + 1 }, (_, i) => Math.round((i * length) / along));
  const [rows, columns] = [cuts(height), cuts(width)];
  return rows.slice(1).flatMap((bottom, i) =>
    columns.slice(1).map((right, j) => {
      const [top, left] = [numberAt(rows, i), numberAt(columns, j)];
      return { top, left, height: bottom - top, width: right - left };
    }),
  );
}
