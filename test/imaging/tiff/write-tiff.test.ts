import { fromArrayBuffer } from 'geotiff';
import utif from 'utif';
import { describe, expect, test } from 'vitest';
import type { Dtype, Raster } from '../../../src-main/contract/pixels.ts';
import { readTiff } from '../../fixtures/read-whole.ts';
import { emptyArray } from '../../../src-main/imaging/source/empty-array.ts';
import { writeTiff } from '../../../src-main/imaging/tiff/write-tiff.ts';

const height = 31;
const width = 47;
const dtypes: Dtype[] = ['uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'float32', 'float64'];

/** Two time points, three focal planes, two channels of numbers that use the dtype's range. */
function exampleRaster(dtype: Dtype): Raster {
  const planes = Array.from({ length: 12 }, (_, k) => {
    const plane = emptyArray(dtype, height * width);
    for (let i = 0; i < plane.length; i++)
      plane[i] = (i * 48271 + k * 65537) * (dtype.startsWith('float') ? 0.37 : 1);
    return plane;
  });
  return {
    height,
    width,
    dtype,
    sizes: { t: 2, z: 3, c: 2 },
    planes,
    channelNames: ['E-cadherin "µ"', 'DAPI & <Hoechst>'],
    pixelSizeUm: { y: 0.325, x: 0.65 },
  };
}

describe('what is written is read back', () => {
  test.each(dtypes)('%s as OME-TIFF, all of it', async (dtype) => {
    const raster = exampleRaster(dtype);
    expect(await readTiff(writeTiff(raster), 'x.ome.tif')).toEqual(raster);
  });

  test.each(dtypes)('%s as an ImageJ hyperstack, all but the names', async (dtype) => {
    const raster = exampleRaster(dtype);
    const back = await readTiff(writeTiff(raster, { description: 'imagej', compression: 'none' }), 'x.tif');
    expect(back.planes).toEqual(raster.planes);
    expect(back.sizes).toEqual(raster.sizes);
    expect(back.pixelSizeUm!.y).toBeCloseTo(0.325, 8);
    expect(back.pixelSizeUm!.x).toBeCloseTo(0.65, 8);
  });

  test('a large plane', async () => {
    const plane = Uint32Array.from({ length: 300 * 500 }, (_, i) => i * 2654435761);
    const raster: Raster = {
      height: 300,
      width: 500,
      dtype: 'uint32',
      sizes: { t: 1, z: 1, c: 1 },
      planes: [plane],
      channelNames: ['Channel 1'],
      pixelSizeUm: null,
    };
    expect(await readTiff(writeTiff(raster, { description: 'none' }), 'x.tif')).toEqual(raster);
  });
});

test.each(['deflate', 'none'] as const)(
  'another reader, geotiff, sees the same numbers (%s)',
  async (compression) => {
    const raster = exampleRaster('uint16');
    const bytes = writeTiff(raster, { compression });
    const tiff = await fromArrayBuffer(bytes.slice().buffer);
    expect(await tiff.getImageCount()).toBe(12);
    for (const [i, plane] of raster.planes.entries()) {
      const [band] = (await (await tiff.getImage(i)).readRasters()) as Uint16Array[];
      expect(band).toEqual(plane);
    }
  },
);

test('and another, utif', () => {
  const raster = exampleRaster('uint16');
  const buffer = writeTiff(raster).slice().buffer;
  const pages = utif.decode(buffer);
  expect(pages).toHaveLength(12);
  pages.forEach((page, i) => {
    utif.decodeImage(buffer, page);
    expect(new Uint16Array(page.data.slice().buffer)).toEqual(raster.planes[i]);
  });
});

test('the same raster gives the same bytes', () => {
  expect(writeTiff(exampleRaster('uint16'))).toEqual(writeTiff(exampleRaster('uint16')));
});

test('what the list of pages has no room for is an error', () => {
  const planes = Array.from({ length: 120 }, () => new Uint8Array(1));
  const stack: Raster = {
    ...exampleRaster('uint8'),
    height: 1,
    width: 1,
    planes,
    sizes: { t: 1, z: 120, c: 1 },
  };
  expect(() => writeTiff({ ...stack, channelNames: ['Channel 1'] })).toThrow('120 planes');
});

test('pixels too small for the resolution tags keep their size in the OME description', async () => {
  const raster = { ...exampleRaster('uint8'), pixelSizeUm: { y: 1e-9, x: 1e-8 } };
  expect((await readTiff(writeTiff(raster), 'x.ome.tif')).pixelSizeUm).toEqual(raster.pixelSizeUm);
});

test('planes that do not match the sizes are an error', () => {
  const raster = exampleRaster('uint8');
  expect(() => writeTiff({ ...raster, planes: raster.planes.slice(1) })).toThrow(
    '11 planes, expected 2 × 3 × 2',
  );
  expect(() => writeTiff({ ...raster, width: width + 1 })).toThrow(RangeError);
});
