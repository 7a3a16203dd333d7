import { expect, test } from 'vitest';
import { writeNpy } from '../../src-main/model-export/write-npy.ts';

/** The array that numpy.load returns, according to numpy.lib.format. */
function readNpy(file: Uint8Array): { header: string; data: DataView; start: number } {
  const view = new DataView(file.buffer, file.byteOffset);
  expect([...file.subarray(0, 8)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  const start = 10 + view.getUint16(8, true);
  return { header: new TextDecoder().decode(file.subarray(10, start)), data: view, start };
}

test.each([
  ['<f4', Float32Array.of(1.5, -2, 0, 3, 4, 5), [2, 3], '(2, 3,)'],
  ['<i4', Int32Array.of(-7), [1], '(1,)'],
  ['<f4', Float32Array.of(9), [], '()'],
] as const)('%s', (type, values, shape, shapeText) => {
  const file = writeNpy(values, shape);
  const { header, data, start } = readNpy(file);
  expect(header).toMatch(/\n$/);
  expect(header.trim()).toBe(`{'descr': '${type}', 'fortran_order': False, 'shape': ${shapeText}, }`);
  expect(start % 64).toBe(0);
  expect(file).toHaveLength(start + 4 * values.length);
  values.forEach((value, i) => {
    const at = start + 4 * i;
    expect(type === '<f4' ? data.getFloat32(at, true) : data.getInt32(at, true)).toBe(value);
  });
});

test('a shape of another size is refused', () => {
  expect(() => writeNpy(Float32Array.of(1, 2), [3])).toThrow(/expected 2 elements, received 3/);
});
