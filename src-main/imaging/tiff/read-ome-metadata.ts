import type { PixelSizeUm } from '../../contract/pixels.ts';
import { calibration } from '../calibration.ts';
import { unitInUm } from './length-units.ts';
import { xmlAttributes } from './xml-attributes.ts';

/** One `TiffData` element: its planes, pages and file. */
export interface OmeTiffData {
  firstPage: number;
  firstT: number;
  firstZ: number;
  firstC: number;
  /** Consecutive planes on consecutive pages; `null` if not stated. */
  planeCount: number | null;
  /** The file with the planes, if the element names one. */
  uuid: string | null;
  fileName: string | null;
}

/** One image of an OME-XML. */
export interface OmeMetadata {
  /** Its name in the file, if any. */
  name: string | null;
  sizes: { t: number; z: number; c: number };
  /** For example `CZT`: the fastest, second and slowest axis. */
  pageOrder: string;
  channelNames: readonly (string | null)[];
  pixelSizeUm: PixelSizeUm | null;
  tiffData: readonly OmeTiffData[];
  /** This file's own identifier. */
  uuid: string | null;
}

function wholeNumber(text: string | undefined, otherwise: number): number {
  const value = Number(text);
  return text !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : otherwise;
}

/**
 * Reads the images of an OME-XML, which OME-TIFF stores in the first page's description. A file of several
 * positions or series has one image per position.
 *
 * Source: OME-TIFF specification,
 * https://docs.openmicroscopy.org/ome-model/latest/ome-tiff/specification.html. The few elements needed are
 * found by their tags, with or without a namespace prefix.
 *
 * @returns none if the text is not OME-XML with pixels.
 */
export function readOmeImages(description: string): OmeMetadata[] {
  const root = /<(?:\w+:)?OME\b[^>]*>/.exec(description)?.[0];
  if (root === undefined) return [];
  const uuid = xmlAttributes(root).get('UUID') ?? null;
  // An image's own tag comes before its pixels.
  let name: string | null = null;
  const images: OmeMetadata[] = [];
  for (const found of description.matchAll(/<((?:\w+:)?)(Image|Pixels)\b[^>]*>/g)) {
    const [tag, prefix, element] = found;
    if (element === 'Image') {
      name = xmlAttributes(tag).get('Name') ?? null;
      continue;
    }
    const end = description.indexOf(`</${prefix}Pixels>`, found.index);
    const body = description.slice(found.index, end < 0 ? undefined : end);
    images.push({ name, uuid, ...readPixels(xmlAttributes(tag), body) });
    name = null;
  }
  return images;
}

function readPixels(pixels: ReadonlyMap<string, string>, body: string): Omit<OmeMetadata, 'name' | 'uuid'> {
  const order = pixels.get('DimensionOrder') ?? '';
  const lengthUm = (axis: string): number => {
    const unit = unitInUm(pixels.get(`PhysicalSize${axis}Unit`) ?? 'µm');
    return Number(pixels.get(`PhysicalSize${axis}`) ?? NaN) * (unit ?? NaN);
  };
  return {
    sizes: {
      t: wholeNumber(pixels.get('SizeT'), 1),
      z: wholeNumber(pixels.get('SizeZ'), 1),
      c: wholeNumber(pixels.get('SizeC'), 1),
    },
    pageOrder: /^XY[CZT]{3}$/.test(order) ? order.slice(2) : 'CZT',
    channelNames: [...body.matchAll(/<(?:\w+:)?Channel\b[^>]*>/g)].map(([tag]) => {
      const channel = xmlAttributes(tag);
      return channel.get('Name') ?? channel.get('Fluor') ?? null;
    }),
    pixelSizeUm: calibration(lengthUm('Y'), lengthUm('X')),
    tiffData: readTiffData(body),
  };
}

function readTiffData(body: string): OmeTiffData[] {
  const elements = body.matchAll(/<((?:\w+:)?)TiffData\b([^>]*?)(?:\/>|>([\s\S]*?)<\/\1TiffData>)/g);
  return [...elements].map(([, , tag, inner]) => {
    const data = xmlAttributes(tag!);
    const uuid = /<(?:\w+:)?UUID\b([^>]*)>([^<]*)</.exec(inner ?? '');
    const planeCount = data.get('PlaneCount') ?? data.get('NumPlanes');
    return {
      firstPage: wholeNumber(data.get('IFD'), 0),
      firstT: wholeNumber(data.get('FirstT'), 0),
      firstZ: wholeNumber(data.get('FirstZ'), 0),
      firstC: wholeNumber(data.get('FirstC'), 0),
      planeCount: planeCount !== undefined ? wholeNumber(planeCount, 1) : data.has('IFD') ? 1 : null,
      uuid: uuid === null ? null : uuid[2]!.trim(),
      fileName: uuid === null ? null : (xmlAttributes(uuid[1]!).get('FileName') ?? null),
    };
  });
}
