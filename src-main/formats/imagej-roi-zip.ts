import { unzipSync, zipSync, type Zippable } from 'fflate';
import { LacssError } from '../contract/errors.ts';
import type { ContourSet, LabelImage } from '../contract/pixels.ts';
import { decodeImageJRoi, encodeImageJRoi } from './imagej-roi.ts';
import { labelsByName, labelsOf, outlinesOf, ringsOf } from './outlines.ts';

/** A zip counts its entries in 16 bits. */
const mostEntries = 0xffff;

/** The only moment zip entries carry, so that the same cells give the same bytes: the first that zip can tell. */
const noTime = '1980-01-01T00:00:00';

/**
 * The outlines of all instances as a zip that ImageJ's ROI Manager opens, one region an instance, named by its label.
 *
 * Outlines along the sides of pixels (`traceContours`) give selections with exactly the instance's pixels; sub-pixel outlines
 * (of a segmentation) give polygons with sub-pixel resolution. The zip is always made afresh; nothing of an older one stays in it.
 *
 * @throws LacssError `image-invalid` where an instance reaches beyond pixel 32767, or there are more than 65,535.
 */
export function imagejRoiZip(contours: ContourSet): Uint8Array {
  const outlines = outlinesOf(contours);
  if (outlines.length > mostEntries) {
    throw new LacssError(
      'image-invalid',
      `A zip of ImageJ regions holds ${mostEntries} cells at most, and there are ${outlines.length}.`,
      { remedy: 'Export GeoJSON or a label TIFF, or cut the image into parts.' },
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
 * The label image that a zip of ImageJ regions, or a single `.roi` file, describes. Names that are numbers are taken for labels.
 *
 * @param height height of the image the regions were drawn on.
 * @throws LacssError `file-damaged`, or `file-unsupported` where a region outlines nothing.
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
    regions.map(({ rings }, i) => ({ label: labels[i]!, rings })),
    height,
    width,
  );
}

function unzip(bytes: Uint8Array, fileName: string): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes);
  } catch (cause) {
    throw new LacssError('file-damaged', `${fileName} is no whole zip file.`, {
      subject: fileName,
      remedy: "Save it again from ImageJ's ROI Manager (More › Save).",
      cause,
    });
  }
}
