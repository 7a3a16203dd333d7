import { describe, expect, test } from 'vitest';
import { decodeMessage, encodeMessage } from '../../src-main/contract/wire.ts';

test('values and typed arrays arrive as they left', () => {
  const message = {
    type: 'result',
    job: 7,
    value: {
      text: 'µm, ÅÄÖ 漢',
      none: null,
      yes: true,
      list: [1, 2.5, [Uint16Array.of(1, 65535)]],
      points: Float32Array.of(0.5, 1e-30, Number.NaN, Number.POSITIVE_INFINITY),
      bytes: Uint8Array.of(1, 2, 3),
      empty: new Int32Array(0),
      doubles: Float64Array.of(Math.PI),
      view: Uint32Array.of(9, 8, 7).subarray(1),
    },
  };
  expect(decodeMessage(encodeMessage(message))).toEqual(message);
});

test('numbers that JSON has no word for arrive', () => {
  const numbers = { a: Number.NaN, b: Number.POSITIVE_INFINITY, c: Number.NEGATIVE_INFINITY };
  expect(decodeMessage(encodeMessage(numbers))).toEqual(numbers);
});

test('a Buffer arrives as bytes; an undefined field stays away', () => {
  const decoded = decodeMessage(encodeMessage({ bytes: Buffer.from('abc'), absent: undefined }));
  expect(decoded).toEqual({ bytes: Uint8Array.of(97, 98, 99) });
});

test('bytes that start anywhere in a buffer are read', () => {
  const encoded = encodeMessage({ values: Float64Array.of(1, 2) });
  const shifted = new Uint8Array(encoded.length + 3);
  shifted.set(encoded, 3);
  expect(decodeMessage(shifted.subarray(3))).toEqual({ values: Float64Array.of(1, 2) });
});

test('what cannot travel is refused where it leaves', () => {
  expect(() => encodeMessage({ call: () => 1 })).toThrow(/function cannot travel/);
  expect(() => encodeMessage({ view: new DataView(new ArrayBuffer(2)) })).toThrow(/DataView cannot travel/);
});

describe('bytes that are no message are refused', () => {
  const header = (json: string): Uint8Array => {
    const text = new TextEncoder().encode(json);
    const bytes = new Uint8Array(4 + text.length);
    new DataView(bytes.buffer).setUint32(0, text.length, true);
    bytes.set(text, 4);
    return bytes;
  };

  test.each([
    ['nothing', new Uint8Array(0)],
    ['a header longer than the bytes', Uint8Array.of(255, 255, 255, 255, 0)],
    ['no JSON', header('{')],
    ['an array beyond the end', header('{"a":{"$array":["Float32Array",0,4]}}')],
    ['an array of unknown type', header('{"a":{"$array":["Function",0,0]}}')],
    ['a negative length', header('{"a":{"$array":["Uint8Array",0,-1]}}')],
    ['a length that is no number', header('{"a":{"$array":["Uint8Array",0,"9"]}}')],
    ['a prototype', header('{"a":{"$array":["constructor",0,0]}}')],
  ])('%s', (_what, bytes) => {
    expect(() => decodeMessage(bytes)).toThrow(TypeError);
  });

  test('a key __proto__ stays an ordinary key', () => {
    const decoded = decodeMessage(header('{"__proto__":{"polluted":1}}')) as Record<string, unknown>;
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
