/** Arrays that this writer supports. */
export type NpyArray = Float32Array | Int32Array;

/** Bytes before the header: a magic word, the version 1.0, and the header's length in two bytes. */
const PRELUDE_BYTES = 10;
/** The data begin at a multiple of this. */
const ALIGNMENT = 64;

/**
 * An array as a .npy file, version 1.0 (numpy.lib.format), little-endian, in row order.
 * @throws RangeError if the shape has another number of elements
 */
export function writeNpy(data: NpyArray, shape: readonly number[]): Uint8Array {
  const size = shape.reduce((product, length) => product * length, 1);
  if (size !== data.length)
    throw new RangeError(`shape [${shape}]: expected ${data.length} elements, received ${size}`);
  const type = data instanceof Float32Array ? '<f4' : '<i4';
  const axes = shape.map((length) => `${length},`).join(' ');
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${axes}), }`;
  const headerBytes = Math.ceil((PRELUDE_BYTES + header.length + 1) / ALIGNMENT) * ALIGNMENT - PRELUDE_BYTES;
  const file = new Uint8Array(PRELUDE_BYTES + headerBytes + 4 * data.length);
  const view = new DataView(file.buffer);
  file.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0]);
  view.setUint16(8, headerBytes, true);
  file.set(new TextEncoder().encode(`${header.padEnd(headerBytes - 1)}\n`), PRELUDE_BYTES);
  data.forEach((value, i) => {
    const at = PRELUDE_BYTES + headerBytes + 4 * i;
    if (data instanceof Float32Array) view.setFloat32(at, value, true);
    else view.setInt32(at, value, true);
  });
  return file;
}
