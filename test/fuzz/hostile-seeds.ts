import { zipSync } from 'fflate';
import { encodeImageJRoi } from '../../src-main/formats/imagej-roi.ts';
import { tiffOfPages } from '../fixtures/tiff-of-pages.ts';

/**
 * Files that once did harm, or are close to one that did: each kind was a finding of an attack. The tests of
 * the readers show what becomes of each. Here they are seeds, so that their neighbours are tried too.
 * @param side of the image that the shapes belong to, px
 */
export function hostileSeeds(side: number): Record<HostileKind, Uint8Array[]> {
  return {
    'locations-csv': [
      'index,axis-0,axis-1\n0,1.5,2\n1,3,4.25\n',
      'index,axis-0,axis-1,axis-2\n0,0,1.5,2\n',
      '\uFEFF"y","x","note"\n"1.5","2","a ""b"", c"\n',
      `y,x\n${side - 1e-8},1\n`,
      'y,x\n1e400,NaN\n',
      '=y;+x;@z\n1;2;=1+1\n',
    ].map(textBytes),
    geojson: [
      { features: [feature([0, 0], null), feature([3, 0], 7), feature([100, 0], 'far')] },
      [feature([-4, -4], '=1+1'), feature([1e308, 0], 'x'.repeat(3000))],
      { type: 'Feature', geometry: { type: 'MultiPolygon', coordinates: [[square(0, 0)], [square(4, 4)]] } },
      { features: Array.from({ length: 60 }, () => polygon([covering(side)])) },
      { features: [polygon([zigzag(side)])] },
    ].map(jsonBytes),
    coco: [
      coco([{ counts: [0, 5, side * side - 5], size: [side, side] }], side, { label: 3 }),
      coco([{ counts: [0, 5, 2 ** 32], size: [side, side] }], side, { label: 2 ** 31 }),
      coco([{ counts: 'zzzzzzzz\u00ff\0', size: [side, side] }], side),
      coco([[covering(side).flat()], [zigzag(side).flat()], [[100, 100, 110, 100, 110, 110]]], side),
      coco([{ counts: [0, 1], size: [2 ** 30, 2 ** 30] }], 2 ** 30),
    ].map(jsonBytes),
    'outlines-text': [
      '0,0,2,0,2,2\n0,50,2,50,2,52\n',
      Array.from({ length: 60 }, () => covering(side).flat().join()).join('\r\n'),
      `${zigzag(side).flat().join()}\n1e308,-1e308,NaN,4\n`,
    ].map(textBytes),
    'imagej-regions': [
      zipSync({ '1.roi': region(), '__MACOSX/._1.roi': textBytes('\0\x05\x16\x07Mac OS X') }),
      zipSync({ 'a.tif': textBytes('II*') }),
      claimingZip(),
      region((view) => view.setUint16(16, 0)),
      region((view) => {
        view.setUint8(6, 1);
        view.setInt16(48, 4);
      }),
    ],
    numpy: [
      npy("{'descr': '<i4', 'fortran_order': False, 'shape': (1.5, 4)}", 24),
      npy("{'descr': '<i4', 'fortran_order': True, 'shape': (4294967296, 4294967296)}", 24),
      npy("{'descr': '|O', 'fortran_order': False, 'shape': ()}", 0, `${'(' + 'K\x01'.repeat(100)}t.`),
      npy("{'descr': '|O', 'fortran_order': False, 'shape': ()}", 0, `c${'a'.repeat(3000)}\nb\n.`),
    ],
    'label-image': [labelTiff(32, [0, 1, 2 ** 31 - 1, 2 ** 32 - 1]), labelTiff(8, [0, 1, 1, 255])],
  };
}

type HostileKind =
  'locations-csv' | 'geojson' | 'coco' | 'outlines-text' | 'imagej-regions' | 'numpy' | 'label-image';

function textBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function jsonBytes(value: unknown): Uint8Array {
  return textBytes(JSON.stringify(value));
}

type Point = [x: number, y: number];

function square(x: number, y: number): Point[] {
  return [[x, y], [x + 2, y], [x + 2, y + 2], [x, y + 2], [x, y]]; // prettier-ignore
}

function covering(side: number): Point[] {
  return [[0, 0], [side, 0], [side, side], [0, side]]; // prettier-ignore
}

/** Crosses the image again and again. */
function zigzag(side: number): Point[] {
  return Array.from({ length: 400 }, (_, i): Point => [i % 2 === 0 ? 0 : side, (i * side) / 400]);
}

function polygon(coordinates: Point[][], properties: object = {}): object {
  return { type: 'Feature', geometry: { type: 'Polygon', coordinates }, properties };
}

function feature([x, y]: Point, name: unknown): object {
  return polygon([square(x, y)], { name, objectType: 'annotation' });
}

function coco(segmentations: unknown[], side: number, more: object = {}): object {
  return {
    images: [{ id: 1, file_name: 'a.tif', height: side, width: side }],
    annotations: segmentations.map((segmentation, id) => ({ id, image_id: 1, segmentation, ...more })),
  };
}

function region(change: (view: DataView) => void = () => undefined): Uint8Array {
  const bytes = encodeImageJRoi({ name: '1', rings: [[0, 0, 0, 3, 3, 3, 3, 0]] });
  change(new DataView(bytes.buffer));
  return bytes;
}

/** Its directory claims 512 MB for its only entry. */
function claimingZip(): Uint8Array {
  const zip = zipSync({ '1.roi': region() }, { level: 0 });
  const view = new DataView(zip.buffer);
  view.setUint32(view.getUint32(zip.length - 6, true) + 24, 2 ** 29, true);
  return zip;
}

function npy(header: string, zeros: number, rest = ''): Uint8Array {
  const padded = `${header}\n`.padStart(118);
  const text = `\x93NUMPY\x01\0${String.fromCharCode(padded.length)}\0${padded}${'\0'.repeat(zeros)}${rest}`;
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function labelTiff(bits: 8 | 32, labels: number[]): Uint8Array {
  const data = bits === 8 ? Uint8Array.from(labels) : new Uint8Array(Uint32Array.from(labels).buffer);
  return tiffOfPages([{ width: 2, height: 2, pixels: data, bits }], { littleEndian: true });
}
