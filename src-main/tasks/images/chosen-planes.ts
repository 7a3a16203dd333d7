import { LacssError } from '../../contract/errors.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import type { FocusChoice, TimeChoice } from '../../contract/stack-planes.ts';

/** Which planes of a stack become images. */
export interface PlaneChoice {
  /** From 0, a projection, or one image per focal plane. @default 0 */
  focus?: FocusChoice | undefined;
  /** From 0, or one image per time point. @default 0 */
  time?: TimeChoice | undefined;
}

/** A plane of a stack as an image of its own. */
export interface ChosenPlane {
  plane: ImageEntry['plane'];
  /**
   * The ending that distinguishes the image's name from those of other planes: `_t02_z05`. Empty for a single
   * plane.
   */
  ending: string;
}

/**
 * The planes of a stack that become images, at least one. An image with one focal plane ignores the choice of
 * focal planes.
 * @param name of the image, for messages
 * @throws LacssError `setting-invalid` if the stack has no such plane
 */
export function chosenPlanes(
  sizes: ImageEntry['sizes'],
  { focus = 0, time = 0 }: PlaneChoice,
  name: string,
): ChosenPlane[] {
  const times = indices(time, sizes.t, () => `${name} has ${sizes.t} time points.`);
  const projection = focus === 'maximum' || focus === 'best-focus' ? focus : null;
  const choice = focus === 'maximum' || focus === 'best-focus' ? 0 : focus;
  const planes = indices(choice, sizes.z, () => `${name} has ${sizes.z} focal planes.`);
  return times.flatMap((t) =>
    planes.map((z) => ({
      plane: projection === null || sizes.z === 1 ? { t, z } : { t, z, projection },
      ending: endingOf('t', t, time, sizes.t) + endingOf('z', z, choice, sizes.z),
    })),
  );
}

function indices(choice: number | 'each', size: number, message: () => string): number[] {
  if (choice === 'each') return Array.from({ length: size }, (_, i) => i);
  if (size === 1) return [0];
  if (choice < size) return [choice];
  throw new LacssError('setting-invalid', message(), { remedy: `Choose a number up to ${size}.` });
}

function endingOf(axis: 't' | 'z', index: number, choice: number | 'each', size: number): string {
  if (choice !== 'each' || size === 1) return '';
  return `_${axis}${String(index + 1).padStart(String(size).length, '0')}`;
}

/** Which plane of a stack an image shows, in words: `time point 2 of 5`; null for an image of one plane. */
export function usedPlane(
  sizes: ImageEntry['sizes'],
  { t, z, projection }: ImageEntry['plane'],
): string | null {
  const used = [
    ...(sizes.t > 1 ? [`time point ${t + 1} of ${sizes.t}`] : []),
    ...(sizes.z > 1
      ? [
          projection === undefined
            ? `focal plane ${z + 1} of ${sizes.z}`
            : `the ${projection} projection of ${sizes.z} focal planes`,
        ]
      : []),
  ];
  return used.length === 0 ? null : used.join(', ');
}
