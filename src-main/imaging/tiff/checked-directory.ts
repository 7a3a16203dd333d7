import { ImageFileDirectory } from 'geotiff';
import type { PageLayout, SampleKind } from './page-layout.ts';
import { Tag } from './tags.ts';

/**
 * How a page is put to geotiff. It reads whole samples of up to 32 bits and reals of 16, 32 and 64; what it does not is put as a
 * page of `pieces` times the width, of samples that it does read, to be joined afterwards: the bytes of 24-bit samples and 64-bit
 * integers, and samples side by side that are no whole bytes, which it would look for in the wrong places.
 */
export interface GeotiffView {
  samples: number;
  bits: number;
  kind: SampleKind;
  pieces: number;
}

/** See {@link GeotiffView}. */
export function viewForGeotiff({ samples, bits, kind, separate }: PageLayout): GeotiffView {
  const sideBySide = separate ? 1 : samples;
  if (bits === 24 || (bits === 64 && kind !== 'float')) {
    return { samples: samples / sideBySide, bits: 8, kind: 'uint', pieces: (bits / 8) * sideBySide };
  }
  if (bits % 8 !== 0) return { samples: samples / sideBySide, bits, kind, pieces: sideBySide };
  return { samples, bits, kind, pieces: 1 };
}

const sampleFormats: Readonly<Record<SampleKind, number>> = { uint: 1, int: 2, float: 3 };
const predictors: Readonly<Record<PageLayout['predictor'], number>> = {
  none: 1,
  horizontal: 2,
  'floating-point': 3,
};

/**
 * A page's tags for geotiff, made of what was checked alone.
 *
 * @returns the tags, and the byte order of the decoded blocks: geotiff leaves reals that were stored as differences and samples
 * of no whole bytes in this machine's order, and so do we with integers that were.
 */
export function checkedDirectory(layout: PageLayout): {
  directory: ImageFileDirectory;
  littleEndian: boolean;
} {
  const { samples, bits, kind, pieces } = viewForGeotiff(layout);
  const each = (value: number): number[] => new Array<number>(samples).fill(value);
  const offsets = layout.blocks.map(({ start }) => start);
  const byteCounts = layout.blocks.map(({ start, end }) => end - start);
  const tags: [number, number | number[]][] = [
    [Tag.ImageWidth, layout.width * pieces],
    [Tag.ImageLength, layout.height],
    [Tag.SamplesPerPixel, samples],
    [Tag.BitsPerSample, each(bits)],
    [Tag.SampleFormat, each(sampleFormats[kind])],
    [Tag.PlanarConfiguration, layout.separate ? 2 : 1],
    [Tag.Predictor, predictors[layout.predictor]],
  ];
  if (layout.tiled) {
    tags.push([Tag.TileWidth, layout.blockWidth * pieces], [Tag.TileLength, layout.blockHeight]);
    tags.push([Tag.TileOffsets, offsets], [Tag.TileByteCounts, byteCounts]);
  } else {
    tags.push([Tag.RowsPerStrip, layout.blockHeight]);
    tags.push([Tag.StripOffsets, offsets], [Tag.StripByteCounts, byteCounts]);
  }
  return {
    directory: new ImageFileDirectory(new Map(tags), new Map(), new Map(), 0),
    littleEndian: layout.littleEndian || bits % 8 !== 0 || layout.predictor !== 'none',
  };
}
