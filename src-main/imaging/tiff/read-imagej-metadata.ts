import { numberAt } from '../../contract/elements.ts';
import type { TagDirectory } from './tag-directory.ts';
import type { UnitNames } from './read-pixel-size.ts';
import { Tag } from './tags.ts';

/** The content of ImageJ's `ImageDescription`. */
export interface ImageJMetadata {
  /** Number of planes in the file: all channels, slices and frames. */
  images: number;
  sizes: { t: number; z: number; c: number };
  /** For example `CZT`: the fastest, second and slowest axis. ImageJ itself always writes `CZT`. */
  pageOrder: string;
  /**
   * The units of the resolution tags; `null` if none is named. `yunit` is written if it differs from `unit`.
   */
  units: UnitNames | null;
}

/**
 * Reads ImageJ's description: lines of `key=value` that begin with `ImageJ=`.
 *
 * Source: ij.io.FileOpener.decodeDescriptionString and ij.io.TiffEncoder, ImageJ 1.54,
 * https://github.com/imagej/ImageJ.
 *
 * @returns `null` if the text is not ImageJ's.
 */
export function readImageJMetadata(description: string): ImageJMetadata | null {
  if (!description.startsWith('ImageJ=')) return null;
  const lines = description.split(/\r?\n/).map((line) => [line, line.indexOf('=')] as const);
  const values = new Map(
    lines.filter(([, at]) => at > 0).map(([line, at]) => [line.slice(0, at), line.slice(at + 1)]),
  );
  const count = (key: string): number => {
    const value = Number(values.get(key) ?? 1);
    return Number.isSafeInteger(value) && value > 0 ? value : 1;
  };
  const order = (values.get('order') ?? '').toUpperCase().replace(/^XY/, '');
  const unit = values.get('unit')?.trim() ?? '';
  return {
    images: count('images'),
    sizes: { t: count('frames'), z: count('slices'), c: count('channels') },
    pageOrder: /^[CZT]{3}$/.test(order) && new Set(order).size === 3 ? order : 'CZT',
    units: unit === '' ? null : { y: values.get('yunit')?.trim() || unit, x: unit },
  };
}

/**
 * ImageJ's names of the planes (the `labl` entries of its tag 50839), in file order; empty if there are none.
 *
 * Source: ij.io.TiffDecoder.getMetaData, ImageJ 1.54.
 */
export function readImageJLabels(directory: TagDirectory): string[] {
  const counts = directory.numbers(Tag.ImageJByteCounts);
  const bytes = directory.bytes(Tag.ImageJMetadata);
  if (counts === undefined || bytes === undefined || counts.length < 2 || numberAt(counts, 0) > bytes.length)
    return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = numberAt(counts, 0);
  const little = directory.littleEndian;
  const labelType = 0x6c61626c; // 'labl'
  const labels: string[] = [];
  let entry = 1;
  let at = headerBytes;
  for (let header = 4; header + 8 <= headerBytes; header += 8) {
    const type = view.getUint32(header, little);
    const entries = view.getUint32(header + 4, little);
    for (let i = 0; i < entries && entry < counts.length; i++) {
      const length = numberAt(counts, entry++);
      if (at + length > bytes.length) return labels;
      if (type === labelType) {
        const encoding = little ? 'utf-16le' : 'utf-16be';
        labels.push(new TextDecoder(encoding).decode(bytes.subarray(at, at + length)));
      }
      at += length;
    }
  }
  return labels;
}
