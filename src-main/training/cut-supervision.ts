import { float32At } from '../contract/elements.ts';
import type { ImageArea, Locations, Mask } from '../contract/pixels.ts';
import { cutLabels } from '../imaging/label/cut-labels.ts';
import { cutPixels } from '../imaging/raster/cut-pixels.ts';
import type { Supervision } from './training-example.ts';

/** The annotation of a rectangle inside the image, as that of an image of its own. */
export function cutSupervision(supervision: Supervision, area: ImageArea): Supervision {
  const { height, width } = area;
  switch (supervision.kind) {
    case 'full':
      return { kind: 'full', labels: cutLabels(supervision.labels, area) };
    case 'points':
      return { kind: 'points', height, width, locations: locationsIn(supervision.locations, area) };
    case 'weak':
      return {
        kind: 'weak',
        foreground: cutMask(supervision.foreground, area),
        locations: locationsIn(supervision.locations, area),
      };
    case 'reviewed':
      return {
        ...supervision,
        labels: cutLabels(supervision.labels, area),
        places: cutMask(supervision.places, area),
        locations: locationsIn(supervision.locations, area),
        rejectedAt: locationsIn(supervision.rejectedAt, area),
        outlinedAt: locationsIn(supervision.outlinedAt, area),
      };
  }
}

/** The positions inside an area, in px from its upper left corner; both packed y, x. */
export function locationsIn(locations: Locations, { top, left, height, width }: ImageArea): Locations {
  const kept: number[] = [];
  for (let k = 0; k < locations.length; k += 2) {
    const [y, x] = [float32At(locations, k) - top, float32At(locations, k + 1) - left];
    if (y >= 0 && x >= 0 && y < height && x < width) kept.push(y, x);
  }
  return Float32Array.from(kept);
}

/** A rectangle inside a mask. */
export function cutMask({ width, data }: Mask, area: ImageArea): Mask {
  return { height: area.height, width: area.width, data: cutPixels(data, width, area) };
}
