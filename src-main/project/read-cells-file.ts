import { basename, extname } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import type { CellLabels } from '../contract/pixels.ts';
import type { ImageEntry } from '../contract/project-files.ts';
import { readCoco } from '../formats/coco.ts';
import type { AnnotatedImage } from '../formats/coco.ts';
import { readGeojson } from '../formats/geojson.ts';
import type { DrawnLabels } from '../formats/outlines.ts';
import { readImagejRoiZip } from '../formats/imagej-roi-zip.ts';
import { readNpyLabels } from '../formats/read-npy-labels.ts';
import { readOutlinesText } from '../formats/read-outlines-text.ts';
import { CocoEntries } from './coco-entries.ts';
import { readBytes, readText } from './read-bytes.ts';
import { readLabelFile } from './read-label-image.ts';

/** An image that a file of cells may belong to. */
type Named = Pick<ImageEntry, 'name' | 'files'>;
type Annotated = Named & Pick<ImageEntry, 'height' | 'width'>;

/** The cells in a file of another program. */
export interface CellsOfFile {
  labels: CellLabels;
  /** Cells of the file that have no pixel: later ones cover them, or they are smaller than a pixel. */
  lost: number;
}

/**
 * Reads the cells of an image from a file of another program. It reads label images (TIFF, PNG), ImageJ
 * regions (ZIP, ROI), GeoJSON, COCO (JSON), masks of Cellpose (NPY), and outlines as text (TXT). If shapes
 * overlap, the later one gets the pixels.
 * @param images all images of the project: an entry of COCO may belong to another one
 * @throws LacssError `file-unsupported`, `image-size-mismatch`, `annotation-missing` if COCO has no such
 *   image, and what the readers throw
 */
export async function readCellsFile(
  path: string,
  image: Annotated,
  images: readonly Named[],
): Promise<CellsOfFile> {
  const { name, height, width } = image;
  const labels = await read();
  if (labels.height !== height || labels.width !== width) wrongSize(labels);
  return { labels, lost: 'lost' in labels ? labels.lost : 0 };

  function wrongSize(found: { height: number; width: number }): never {
    throw new LacssError(
      'image-size-mismatch',
      `${path} has ${found.width} × ${found.height} pixels; ${name} has ${width} × ${height}.`,
      { subject: path, remedy: 'Use a file made for this image, at its full size.' },
    );
  }

  async function read(): Promise<CellLabels | DrawnLabels> {
    switch (extname(path).toLowerCase()) {
      case '.tif':
      case '.tiff':
      case '.btf':
      case '.tf2':
      case '.tf8':
      case '.png':
        return readLabelFile(path);
      case '.zip':
      case '.roi':
        return readImagejRoiZip(await readBytes(path), path, height, width);
      case '.npy':
        return readNpyLabels(await readBytes(path), path);
      case '.geojson':
        return readGeojson(await readText(path), path, height, width);
      case '.json': {
        const text = await readText(path);
        if (!isCoco(text)) return readGeojson(text, path, height, width);
        const found = cocoImageOf(readCoco(text, path), path, image, images);
        // No memory is taken for a size that the file only claims.
        return found.height === height && found.width === width ? found.labels() : wrongSize(found);
      }
      case '.txt':
        return readOutlinesText(await readText(path), path, height, width);
      default:
        throw new LacssError(
          'file-unsupported',
          `${path} cannot be imported: the program reads no cells from such files.`,
          {
            subject: path,
            remedy:
              'Use a label image (.tif, .png), ImageJ regions (.zip, .roi), .geojson, ' +
              'COCO (.json), masks of Cellpose (_seg.npy) or outlines (.txt).',
          },
        );
    }
  }
}

/**
 * The warning for cells of a file that were left out; null if there are none. An import keeps `file` and
 * `lost`.
 */
export function lostWarning({ file, lost }: Record<string, unknown>): string | null {
  if (typeof file !== 'string' || typeof lost !== 'number' || lost === 0) return null;
  const cells = lost === 1 ? '1 cell of' : `${lost} cells of`;
  const reason = 'Other cells of the file cover them, or they are smaller than a pixel.';
  return `${cells} ${basename(file)} ${lost === 1 ? 'was' : 'were'} left out. ${reason}`;
}

/**
 * The names of the images in a COCO file; null for other files.
 * @throws LacssError as `readCoco` and `readText`
 */
export async function cocoNames(path: string): Promise<string[] | null> {
  if (extname(path).toLowerCase() !== '.json') return null;
  const text = await readText(path);
  return isCoco(text) ? [...readCoco(text, path).keys()] : null;
}

/** QuPath writes `.json`, too. Only COCO has a list of images. */
function isCoco(text: string): boolean {
  return /"images"\s*:/.test(text);
}

function cocoImageOf(
  images: ReadonlyMap<string, AnnotatedImage>,
  path: string,
  image: Annotated,
  all: readonly Named[],
): AnnotatedImage {
  const names = [...images.keys()];
  const claim = new CocoEntries(all, names).of(image);
  // A person who imports the file for one image has decided between that image and its rival.
  const found = claim === null || claim.kind === 'several' ? undefined : images.get(claim.entry);
  if (found !== undefined) return found;
  if (claim?.kind === 'several') {
    throw new LacssError('annotation-missing', `${path} has several images called like ${image.name}.`, {
      subject: path,
      remedy: `They are ${claim.entries.slice(0, 5).join(', ')}. Give each image a name of its own.`,
    });
  }
  throw new LacssError('annotation-missing', `${path} has no image called ${image.name}.`, {
    subject: path,
    remedy: `It has ${names.length === 0 ? 'no images' : names.slice(0, 5).join(', ')}. Give the image the same name.`,
  });
}
