import { basename, extname } from 'node:path';
import { LacssError } from '../../contract/errors.ts';
import type { CellLabels } from '../../contract/pixels.ts';
import type { ImageEntry } from '../../contract/project.ts';
import { readCoco } from '../../formats/coco.ts';
import { readGeojson } from '../../formats/geojson.ts';
import { readImagejRoiZip } from '../../formats/imagej-roi-zip.ts';
import { readOutlinesText } from '../../formats/read-outlines-text.ts';
import { readBytes, readText } from '../../project/read-bytes.ts';
import { readLabelFile } from '../../project/read-label-image.ts';

/**
 * Reads the cells of an image from a file of another program: a label image (TIFF, PNG), ImageJ regions (ZIP,
 * ROI),
 * GeoJSON, COCO (JSON) or outlines as text (TXT). Of overlapping shapes the later one has the pixels.
 * @throws LacssError `file-unsupported`, `image-size-mismatch`, `annotation-missing` if COCO has no such
 * image, and
 * what the readers throw
 */
export async function readCellsFile(
  path: string,
  { name, files, height, width }: Pick<ImageEntry, 'name' | 'files' | 'height' | 'width'>,
): Promise<CellLabels> {
  const labels = await read();
  if (labels.height === height && labels.width === width) return labels;
  throw new LacssError(
    'image-size-mismatch',
    `${path} has ${labels.width} × ${labels.height} pixels; ${name} has ${width} × ${height}.`,
    { subject: path, remedy: 'Use a file made for this image, at its full size.' },
  );

  async function read(): Promise<CellLabels> {
    switch (extname(path).toLowerCase()) {
      case '.tif':
      case '.tiff':
      case '.png':
        return readLabelFile(path);
      case '.zip':
      case '.roi':
        return readImagejRoiZip(await readBytes(path), path, height, width);
      case '.geojson':
        return readGeojson(await readText(path), path, height, width);
      case '.json':
        return ofImage(readCoco(await readText(path), path));
      case '.txt':
        return readOutlinesText(await readText(path), path, height, width);
      default:
        throw new LacssError('file-unsupported', `${path} is no file of cells that can be imported.`, {
          subject: path,
          remedy:
            'Use a label image (.tif, .png), ImageJ regions (.zip, .roi), .geojson, ' +
            'COCO (.json) or outlines (.txt).',
        });
    }
  }

  /** COCO names images by their names here, or by their files. */
  function ofImage(images: ReadonlyMap<string, CellLabels>): CellLabels {
    const wanted = new Set([name, ...files.map((file) => basename(file.path))]);
    const found = [...images].find(([key]) => wanted.has(key) || wanted.has(basename(key)));
    if (found !== undefined) return found[1];
    const some = [...images.keys()].slice(0, 5).join(', ');
    throw new LacssError('annotation-missing', `${path} has no image called ${name}.`, {
      subject: path,
      remedy: `It has ${images.size === 0 ? 'no images' : some}. Give the image the same name.`,
    });
  }
}
