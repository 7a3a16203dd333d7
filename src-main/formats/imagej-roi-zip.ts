import { unzipSync, zipSync, type Zippable } from 'fflate';
import { numberAt } from '../contract/elements.ts';
import { LacssError } from '../contract/errors.ts';
import type { ContourSet } from '../contract/pixels.ts';
import { decodeImageJRoi, encodeImageJRoi } from './imagej-roi.ts';
import { labelsByName, labelsOf, outlinesOf, ringsOf, type DrawnLabels } from './outlines.ts';

/** A zip file stores its number of entries in 16 bits. */
const mostEntries = 0xffff;

/** A larger file is not outlines of cells, and would only exhaust the memory. */
const mostBytes = 2 ** 28;

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
 * @throws LacssError `file-damaged`, `file-unsupported` if a region is not an outline or all are too large,
 * `image-size-mismatch` if a region is outside.
 */
export function readImagejRoiZip(
  bytes: Uint8Array,
  fileName: string,
  height: number,
  width: number,
): DrawnLabels {
  const isSingle = bytes[0] === 0x49;
  const files = isSingle ? { [fileName]: bytes } : unzip(bytes, fileName);
  const regions = Object.entries(files).map(([name, content]) => ({
    name: name.replace(/^.*\//, '').replace(/\.roi$/i, ''),
    rings: decodeImageJRoi(content, isSingle ? fileName : `${name} in ${fileName}`).rings,
  }));
  const labels = labelsByName(regions.map(({ name }) => name));
  return labelsOf(
    regions.map(({ rings }, i) => ({ label: numberAt(labels, i), rings })),
    fileName,
    height,
    width,
  );
}

/** The regions in a zip, without the companions `._name` that macOS adds. */
function unzip(bytes: Uint8Array, fileName: string): Record<string, Uint8Array> {
  let total = 0;
  let isEmpty = true;
  let regions: Record<string, Uint8Array>;
  try {
    regions = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        isEmpty = false;
        if (!/\.roi$/i.test(name) || /(^|\/)\._[^/]*$/.test(name)) return false;
        total += originalSize;
        if (total > mostBytes) throw tooLarge(fileName);
        return true;
      },
    });
  } catch (cause) {
    if (cause instanceof LacssError) throw cause;
    throw new LacssError('file-damaged', `${fileName} is not a complete zip file.`, {
      subject: fileName,
      remedy: "Save it again from ImageJ's ROI Manager (More › Save).",
      cause,
    });
  }
  // Our own zip of an image without cells is empty.
  if (isEmpty || Object.keys(regions).length > 0) return regions;
  throw new LacssError('file-damaged', `${fileName} has no ImageJ regions.`, {
    subject: fileName,
    remedy: "Save them from ImageJ's ROI Manager (More › Save).",
  });
}

function tooLarge(fileName: string): LacssError {
  return new LacssError(
    'file-unsupported',
    `${fileName} has more than ${mostBytes / 2 ** 20} MB of regions.`,
    {
      subject: fileName,
      remedy: 'Check that it is the right file, or split it into smaller files.',
    },
  );
}
