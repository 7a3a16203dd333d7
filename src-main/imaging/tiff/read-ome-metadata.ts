import type { PixelSizeUm } from '../../contract/pixels.ts';
import { calibration } from '../source/calibration.ts';
import { unitInUm } from './length-units.ts';
import { walkXml } from './walk-xml.ts';

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
 * https://docs.openmicroscopy.org/ome-model/latest/ome-tiff/specification.html.
 *
 * @returns none if the text is not OME-XML with pixels.
 */
export function readOmeImages(description: string): OmeMetadata[] {
  if (!/<(?:\w+:)?OME\b/.test(description)) return [];
  const images: OmeMetadata[] = [];
  let uuid: string | null = null;
  let name: string | null = null;
  let channelNames: (string | null)[] = [];
  let tiffData: OmeTiffData[] = [];
  /** The identifier of the file that the open `TiffData` names. */
  let fileUuid: string | null = null;
  walkXml(description, {
    open: (element, attributes) => {
      if (element === 'OME') uuid = attributes.get('UUID') ?? null;
      else if (element === 'Image') name = attributes.get('Name') ?? null;
      else if (element === 'Pixels') {
        channelNames = [];
        tiffData = [];
        images.push({ name, uuid, ...readPixels(attributes), channelNames, tiffData });
      } else if (element === 'Channel')
        channelNames.push(attributes.get('Name') ?? attributes.get('Fluor') ?? null);
      else if (element === 'TiffData') tiffData.push(readTiffData(attributes));
      else if (element === 'UUID') {
        fileUuid = '';
        const last = tiffData.at(-1);
        if (last !== undefined) last.fileName = attributes.get('FileName') ?? null;
      }
    },
    text: (text) => {
      if (fileUuid !== null) fileUuid += text;
    },
    close: (element) => {
      if (element !== 'UUID') return;
      const last = tiffData.at(-1);
      if (last !== undefined) last.uuid = fileUuid?.trim() ?? null;
      fileUuid = null;
    },
  });
  return images;
}

function readPixels(
  pixels: ReadonlyMap<string, string>,
): Pick<OmeMetadata, 'sizes' | 'pageOrder' | 'pixelSizeUm'> {
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
    pixelSizeUm: calibration(lengthUm('Y'), lengthUm('X')),
  };
}

function readTiffData(data: ReadonlyMap<string, string>): OmeTiffData {
  const planeCount = data.get('PlaneCount') ?? data.get('NumPlanes');
  return {
    firstPage: wholeNumber(data.get('IFD'), 0),
    firstT: wholeNumber(data.get('FirstT'), 0),
    firstZ: wholeNumber(data.get('FirstZ'), 0),
    firstC: wholeNumber(data.get('FirstC'), 0),
    planeCount: planeCount !== undefined ? wholeNumber(planeCount, 1) : data.has('IFD') ? 1 : null,
    uuid: null,
    fileName: null,
  };
}
