import { float32At, missing, uint8At } from '../contract/elements.ts';
import { formatLocationsCsv } from '../annotation/format-locations-csv.ts';
import { parseLocationsCsv } from '../annotation/parse-locations-csv.ts';
import { LacssError } from '../contract/errors.ts';
import { countForeground, emptyPackedMask } from '../contract/packed-mask.ts';
import type { PackedMask } from '../contract/packed-mask.ts';
import type { LabelRuns, Locations } from '../contract/pixels.ts';
import type { AnnotationPartName } from '../contract/project-files.ts';
import { countInstances } from '../imaging/label/number-instances.ts';
import { openPng } from '../imaging/png/open-png.ts';
import { writeMaskPng } from '../imaging/png/write-mask-png.ts';
import { bytesInMemory } from '../imaging/source/random-access.ts';
import { readLabelImage } from './read-label-image.ts';
import { decodeReview, encodeReview } from './review-file.ts';
import type { KeptReview } from './review-file.ts';
import { labelTiff } from '../formats/label-tiff.ts';

/** Height and width of the annotated image. */
export interface ImageSize {
  height: number;
  width: number;
}

/** The parts of an annotation in memory. */
export interface AnnotationValues {
  foreground: PackedMask;
  locations: Locations;
  labels: LabelRuns;
  review: KeptReview;
}

/** The files of an annotation, which other programs can open: a binary image, a table, a label image. */
export const annotationFileNames: Record<AnnotationPartName, string> = {
  foreground: 'foreground.png',
  locations: 'locations.csv',
  labels: 'labels.tif',
  review: 'review.json',
};

/** Encodes and decodes one part of an annotation. */
interface PartFormat<T> {
  /** @throws LacssError `image-size-mismatch`, `annotation-invalid` */
  encode: (value: T, size: ImageSize) => Uint8Array | Promise<Uint8Array>;
  /** @throws LacssError `annotation-invalid`, `image-size-mismatch`, `file-damaged` */
  decode: (bytes: Uint8Array, size: ImageSize, fileName: string) => Promise<T>;
  /** Locations, instances, or foreground pixels. */
  count: (value: T) => number;
}

export const annotationFormats: { [Name in AnnotationPartName]: PartFormat<AnnotationValues[Name]> } = {
  foreground: {
    encode: (mask, size) => {
      refuseOtherSize(mask, size, 'The foreground');
      return writeMaskPng(mask);
    },
    decode: async (bytes, size, fileName) => {
      const source = await openPng(bytesInMemory(bytes), fileName);
      const { y: height, x: width } = source.shape;
      refuseOtherSize({ height, width }, size, fileName);
      const mask = emptyPackedMask(height, width);
      for await (const band of source.getBands({ channel: 0 })) {
        const first = band.y * width;
        for (let i = 0; i < band.data.length; i++) {
          if ((band.data[i] ?? missing(band.data, i)) > 0)
            mask.bits[(first + i) >> 3] = uint8At(mask.bits, (first + i) >> 3) | (1 << ((first + i) & 7));
        }
      }
      return mask;
    },
    count: countForeground,
  },
  locations: {
    encode: (locations, size) => {
      refuseOutside(locations, size);
      return new TextEncoder().encode(formatLocationsCsv(locations));
    },
    decode: (bytes, size, fileName) => {
      return Promise.resolve(parseLocationsCsv(new TextDecoder().decode(bytes), fileName, size));
    },
    count: (locations) => locations.length / 2,
  },
  labels: {
    encode: (labels, size) => {
      refuseOtherSize(labels, size, 'The label image');
      return labelTiff(labels);
    },
    decode: async (bytes, size, fileName) => {
      const labels = await readLabelImage(bytes, fileName);
      refuseOtherSize(labels, size, fileName);
      return labels;
    },
    count: (labels) => countInstances(labels).labels.length,
  },
  review: {
    encode: encodeReview,
    decode: (bytes, size, fileName) => Promise.resolve().then(() => decodeReview(bytes, size, fileName)),
    count: ({ cells }) => cells.reduce((sum, { state }) => sum + (state === 'found' ? 0 : 1), 0),
  },
};

function refuseOtherSize(value: ImageSize, size: ImageSize, what: string): void {
  if (value.height === size.height && value.width === size.width) return;
  throw new LacssError(
    'image-size-mismatch',
    `${what} has ${value.width} × ${value.height} pixels; the image has ${size.width} × ${size.height}.`,
    { subject: what, remedy: 'Use a file made for this image, at its full size.' },
  );
}

function refuseOutside(locations: Locations, { height, width }: ImageSize): void {
  for (let i = 0; i < locations.length; i += 2) {
    const [y, x] = [float32At(locations, i), float32At(locations, i + 1)];
    if (y >= 0 && y < height && x >= 0 && x < width) continue;
    throw new LacssError(
      'annotation-invalid',
      `Point ${i / 2 + 1} (y ${y}, x ${x}) is outside the image of ${width} × ${height} pixels.`,
      {
        remedy:
          'Check that the columns are y and x in pixels, in this order, and that the file belongs to this image.',
      },
    );
  }
}
