/**
 * The values that modules exchange. All arrays are row-major. Positions are (y, x) in pixels; the centre of
 * the pixel in row 0, column 0 is at (0.5, 0.5).
 */

export type PixelArray =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

export type Dtype = 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'float32' | 'float64';

/** Width and height of one pixel in µm. */
export interface PixelSizeUm {
  y: number;
  x: number;
}

/** An image as in its file: original values, axes, calibration. */
export interface Raster {
  height: number;
  width: number;
  dtype: Dtype;
  /** Number of time points, focal planes and channels; 1 if the file has no such axis. */
  sizes: { t: number; z: number; c: number };
  /**
   * One array of height × width per plane, in the order t, z, c (c fastest):
   * `planes[(t * sizes.z + z) * sizes.c + c]`.
   */
  planes: readonly PixelArray[];
  /** Channels per page of a colour file. @default 1 */
  samplesPerPage?: number;
  /** One name per channel; `Channel 1`, `Channel 2` … if the file has no names. */
  channelNames: readonly string[];
  /** `null` if the file has no calibration. */
  pixelSizeUm: PixelSizeUm | null;
}

/** A rectangle of image pixels: rows [top, bottom), columns [left, right). */
export interface Box {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

/** A part of an image, in px. */
export interface ImageArea {
  top: number;
  left: number;
  height: number;
  width: number;
}

/** One plane of real numbers [height, width]. */
export interface FloatPlane {
  height: number;
  width: number;
  data: Float32Array;
  /**
   * 1 for pixels beside the image, for which the file has NaN; `data` is filled there. Absent: no such
   * pixels.
   */
  missing?: Uint8Array;
}

/** A binary image [height, width] of 0 and 1: a foreground. */
export interface Mask {
  height: number;
  width: number;
  data: Uint8Array;
}

/** A label image [height, width]: 0 is background, every other number that occurs is an instance. */
export interface LabelImage {
  height: number;
  width: number;
  data: Int32Array;
}

/**
 * A label image [height, width] as runs of one label along its rows, from top to bottom and left to
 * right. Cells
 * have few runs: 16384² pixels take some 100 MB instead of 1 GB.
 */
export interface LabelRuns {
  height: number;
  width: number;
  /** Row y owns the runs `rowStarts[y]` up to `rowStarts[y + 1]`. */
  rowStarts: Uint32Array;
  /** Per run: its first column, the column after its last, and its label, above 0. */
  starts: Int32Array;
  ends: Int32Array;
  labels: Int32Array;
}

/** A label image in either form. */
export type CellLabels = LabelImage | LabelRuns;

/** Locations of interest (LOI), packed y0, x0, y1, x1 … in image pixels, pixel centres at +0.5. */
export type Locations = Float32Array;

/** Closed contours of the instances of one image, packed for transfer. */
export interface ContourSet {
  /** Vertices packed y, x in image pixels; a ring's last vertex joins its first, which is not repeated. */
  points: Float32Array;
  /**
   * Ring r owns the vertices `ringStarts[r]` up to `ringStarts[r + 1]`; one more entry than there are rings.
   */
  ringStarts: Uint32Array;
  /** The label of the instance each ring belongs to; a hole is a ring of the opposite orientation. */
  ringLabels: Uint32Array;
}

/**
 * The cells that a model found in one image. Every label that occurs in the label image is a cell. Scores and
 * locations are in ascending order of the labels.
 */
export interface Segmentation<Labels extends CellLabels = LabelImage> {
  labels: Labels;
  /** One score in [0, 1] per cell. */
  scores: Float32Array;
  /** One predicted location per cell. */
  locations: Locations;
  /** Why nothing was found, in one sentence, if the image itself is the reason. */
  note?: string;
}
