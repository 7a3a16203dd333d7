import { basename, extname } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import type { CellLabels } from '../contract/pixels.ts';
import type { ImageEntry } from '../contract/project-files.ts';
import { readCoco } from '../formats/coco.ts';
import type { AnnotatedImage } from '../formats/coco.ts';
import { readGeojson } from '../formats/geojson.ts';
import { readImagejRoiZip } from '../formats/imagej-roi-zip.ts';
import { readNpyLabels } from '../formats/read-npy-labels.ts';
import { readOutlinesText } from '../formats/read-outlines-text.ts';
import { readBytes, readText } from './read-bytes.ts';
import { readLabelFile } from './read-label-image.ts';

/** An image that a file of cells may belong to. */
type Annotated = Pick<ImageEntry, 'name' | 'files' | 'height' | 'width'>;

/**
 * Reads the cells of an image from a file of another program: a label image (TIFF, PNG), ImageJ regions
 * (ZIP, ROI), GeoJSON, COCO (JSON), masks of Cellpose (NPY), or outlines as text (TXT). Of overlapping
 * shapes the later one has the pixels.
 * @throws LacssError `file-unsupported`, `image-size-mismatch`, `annotation-missing` if COCO has no such
 * image, and what the readers throw
 */
export async function readCellsFile(path: string, image: Annotated): Promise<CellLabels> {
  const { name, height, width } = image;
  const labels = await read();
  return labels.height === height && labels.width === width ? labels : wrongSize(labels);

  function wrongSize(found: { height: number; width: number }): never {
    throw new LacssError(
      'image-size-mismatch',
      `${path} has ${found.width} × ${found.height} pixels; ${name} has ${width} × ${height}.`,
      { subject: path, remedy: 'Use a file made for this image, at its full size.' },
    );
  }

  async function read(): Promise<CellLabels> {
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
        const found = cocoImageOf(readCoco(text, path), path, image);
        // A size that some file claims is not worth its memory.
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
 * The names of the images in a COCO file; null for other files.
 * @throws LacssError as `readCoco` and `readText`
 */
export async function cocoNames(path: string): Promise<string[] | null> {
  if (extname(path).toLowerCase() !== '.json') return null;
  const text = await readText(path);
  return isCoco(text) ? [...readCoco(text, path).keys()] : null;
}

/**
 * The names in a COCO file that may be that of an image: its own or that of one of its files, or else those
 * that are so without their folders.
 */
export function namesOf(
  { name, files }: Pick<ImageEntry, 'name' | 'files'>,
  cocoNames: readonly string[],
): string[] {
  const wanted = [name, ...files.map((file) => basename(file.path))].map((one) => one.normalize('NFC'));
  const exact = cocoNames.filter((cocoName) => wanted.includes(cocoName.normalize('NFC')));
  if (exact.length > 0) return exact;
  return cocoNames.filter((cocoName) => wanted.includes(basename(cocoName).normalize('NFC')));
}

/** QuPath, too, writes `.json`. Only COCO has a list of images. */
function isCoco(text: string): boolean {
  return /"images"\s*:/.test(text);
}

function cocoImageOf(
  images: ReadonlyMap<string, AnnotatedImage>,
  path: string,
  image: Annotated,
): AnnotatedImage {
  const [found, other] = namesOf(image, [...images.keys()]);
  if (found !== undefined && other === undefined) return images.get(found)!;
  if (found !== undefined) {
    throw new LacssError('annotation-missing', `${path} has several images called like ${image.name}.`, {
      subject: path,
      remedy: `They are ${found}, ${other}. Give each image a name of its own.`,
    });
  }
  const some = [...images.keys()].slice(0, 5).join(', ');
  throw new LacssError('annotation-missing', `${path} has no image called ${image.name}.`, {
    subject: path,
    remedy: `It has ${images.size === 0 ? 'no images' : some}. Give the image the same name.`,
  });
}
