import { unzipSync, zipSync, type Zippable } from 'fflate';
import { numberAt } from '../contract/elements.ts';
import { LacssError } from '../contract/errors.ts';
import type { ContourSet, LabelImage } from '../contract/pixels.ts';
import { decodeImageJRoi, encodeImageJRoi } from './imagej-roi.ts';
import { labelsByName, labelsOf, outlinesOf, ringsOf } from './outlines.ts';

/** A zip file stores its number of entries in 16 bits. */
const mostEntries = 0xffff;

/**
 * Fixed time of all zip entries, so that the same cells give the same bytes: the earliest time zip supports.
 */
const noTime = '1980-01-01T00:00:00';

/**
 * The outlines of all instances as a zip for ImageJ's ROI Manager: one region per instance, named by its
 * label.
 *
 * Outlines along pixel sides (`traceContours`) give selections with exactly the instance's pixels. Sub-pixel
 * outlines (of a segmentation) give polygons with sub-pixel resolution. The zip is always created from
 * scratch.
 *
 * @throws LacssError `image-invalid` if an instance extends beyond pixel 32767, or there are more than
 *   65,535.
 */
export function imagejRoiZip(contours: ContourSet): Uint8Array {
  const outlines = outlinesOf(contours);
  if (outlines.length > mostEntries) {
    throw new LacssError(
      'image-invalid',
      `A zip of ImageJ regions can hold at most ${mostEntries} cells, but there are ${outlines.length}.`,
      { remedy: 'Export GeoJSON or a label TIFF, or divide the image.' },
    );
  }
  const digits = Math.max(4, String(outlines.at(-1)?.label ?? 0).length);
  const entries: Zippable = {};
  for (const outline of outlines) {
    const name = String(outline.label).padStart(digits, '0');
    entries[`${name}.roi`] = encodeImageJRoi({ name, rings: ringsOf(outline) });
  }
  return zipSync(entries, { mtime: noTime });
}

/**
 * The label image of a zip of ImageJ regions, or of a single `.roi` file. Numeric names become labels.
 *
 * @param height height of the annotated image.
 * @throws LacssError `file-damaged`, or `file-unsupported` if a region is not an outline.
 */
export function readImagejRoiZip(
  bytes: Uint8Array,
  fileName: string,
  height: number,
  width: number,
): LabelImage {
  const files = bytes[0] === 0x49 ? { [fileName]: bytes } : unzip(bytes, fileName);
  const regions = Object.entries(files)
    .filter(([name]) => /\.roi$/i.test(name))
    .map(([name, content]) => ({
      name: name.replace(/^.*\//, '').replace(/\.roi$/i, ''),
      rings: decodeImageJRoi(content, `${name} in ${fileName}`).rings,
    }));
  const labels = labelsByName(regions.map(({ name }) => name));
  return labelsOf(
    regions.map(({ rings }, i) => ({ label: numberAt(labels, i), rings })),
    height,
    width,
  );
}

function unzip(bytes: Uint8Array, fileName: string): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes);
  } catch (cause) {
    throw new LacssError('file-damaged', `${fileName} is not a complete zip file.`, {
      subject: fileName,
      remedy: "Save it again from ImageJ's ROI Manager (More › Save).",
      cause,
    });
  }
}
