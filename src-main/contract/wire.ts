/**
 * Messages with typed arrays as bytes, for WebSockets. First comes a little-endian uint32 with the length of
 * the header. The header is JSON in UTF-8, with each typed array replaced by its place. Then come the bytes
 * of the arrays, each at a multiple of eight.
 */

const arrayTypes = {
  Uint8Array,
  Int8Array,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
} as const;
type ArrayName = keyof typeof arrayTypes;
type TypedArray = InstanceType<(typeof arrayTypes)[ArrayName]>;

/** Key of a typed array's place in the header. Objects must not use it. */
const placeKey = '$array';

/**
 * Encodes plain values (objects, arrays, strings, numbers, booleans, null, typed arrays) into one buffer.
 * @throws TypeError for functions, symbols, bigints, and objects with a key `$array`
 */
export function encodeMessage(message: unknown): Uint8Array<ArrayBuffer> {
  const arrays: TypedArray[] = [];
  let length = 0;
  const header = new TextEncoder().encode(
    JSON.stringify(message, function (this: Record<string, unknown>, key: string) {
      const value = this[key]; // before any toJSON, which Buffer has
      if (ArrayBuffer.isView(value)) {
        const name = value.constructor.name === 'Buffer' ? 'Uint8Array' : value.constructor.name;
        if (!Object.hasOwn(arrayTypes, name)) throw new TypeError(`A ${name} cannot travel`);
        const array = value as TypedArray;
        arrays.push(array);
        const start = length;
        length += align(array.byteLength);
        return { [placeKey]: [name, start, array.length] };
      }
      if (typeof value === 'number' && !Number.isFinite(value))
        return { [placeKey]: ['number', String(value)] };
      if (typeof value === 'function' || typeof value === 'symbol') {
        throw new TypeError(`A ${typeof value} cannot travel`);
      }
      return value;
    }),
  );
  const bodyStart = align(4 + header.length);
  const bytes = new Uint8Array(bodyStart + length);
  new DataView(bytes.buffer).setUint32(0, header.length, true);
  bytes.set(header, 4);
  let place = bodyStart;
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), place);
    place += align(array.byteLength);
  }
  return bytes;
}

/**
 * The value that was encoded. Its typed arrays are views of one copy of the bytes.
 * @throws TypeError when the bytes are no such message
 */
export function decodeMessage(received: Uint8Array | ArrayBuffer): unknown {
  const bytes = new Uint8Array(received);
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  if (aligned.length < 4) throw new TypeError('Not a message: shorter than its header');
  const view = new DataView(aligned.buffer, aligned.byteOffset, aligned.byteLength);
  const headerLength = view.getUint32(0, true);
  if (4 + headerLength > aligned.length) throw new TypeError('Not a message: shorter than its header');
  const bodyStart = align(4 + headerLength);
  const text = new TextDecoder('utf-8', { fatal: true }).decode(aligned.subarray(4, 4 + headerLength));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TypeError('Not a message: its header is not JSON', { cause });
  }
  return restore(value);

  function restore(node: unknown): unknown {
    if (node === null || typeof node !== 'object') return node;
    if (Array.isArray(node)) return node.map(restore);
    const place = (node as Record<string, unknown>)[placeKey];
    if (place !== undefined) return restorePlace(place);
    const entries = Object.entries(node).map(([key, entry]) => [key, restore(entry)] as const);
    return Object.fromEntries(entries);
  }

  function restorePlace(place: unknown): unknown {
    const [name, start, length] = Array.isArray(place) ? (place as unknown[]) : [];
    if (name === 'number') return Number(start);
    const type =
      typeof name === 'string' && Object.hasOwn(arrayTypes, name) ? arrayTypes[name as ArrayName] : null;
    if (type === null || !isCount(start) || !isCount(length)) throw new TypeError('Not a message: bad array');
    const from = bodyStart + start;
    if (from % 8 !== 0 || from + length * type.BYTES_PER_ELEMENT > aligned.length) {
      throw new TypeError('Not a message: an array leaves its bytes');
    }
    return new type(aligned.buffer, aligned.byteOffset + from, length);
  }
}

function align(length: number): number {
  return (length + 7) & ~7;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
