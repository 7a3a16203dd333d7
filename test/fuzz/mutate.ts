import type { SeededRandom } from '../../src-main/model/seeded-random.ts';

/** 32-bit values that break size arithmetic: zero, signs, and one step beyond every width. */
const hostileIntegers = [
  0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
];

/** Values that JSON can hold but a careless reader cannot handle. */
const hostileValues: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  0.5,
  3_000_000_000,
  1e21,
  1e308,
  '',
  '../../../escaped',
  '/dev/zero',
  'CON',
  'a\u0000b',
  '=1+1',
  '\u001b[2J',
  '\u202egnp.exe',
  'x'.repeat(5000),
  [],
  {},
  [[[[[[[[]]]]]]]],
  { __proto__: null, constructor: { prototype: { polluted: true } } },
];

/**
 * Changes bytes at random, one to four times: flipped bits, hostile integers, spans that are cut, doubled,
 * zeroed or taken from another input, and a cut end. JSON is also changed by its structure.
 * @param seeds valid inputs of one kind, at least one
 */
export function mutate(random: SeededRandom, seeds: readonly Uint8Array[]): Uint8Array {
  const seed = pick(random, seeds);
  if (random.chance(0.5)) {
    const json = parseLines(seed);
    if (json !== null) return formatLines(json.map((line) => mutateJson(random, line)));
  }
  let bytes = seed;
  for (let n = 1 + random.integer(4); n > 0; n--) bytes = mutateOnce(random, bytes, pick(random, seeds));
  return bytes;
}

function mutateOnce(random: SeededRandom, bytes: Uint8Array, other: Uint8Array): Uint8Array {
  const at = random.integer(bytes.length + 1);
  const length = Math.min(1 + random.integer(random.chance(0.8) ? 16 : 4096), bytes.length - at);
  const copy = bytes.slice();
  switch (random.integer(8)) {
    case 0: {
      if (at < copy.length) copy.set([copy[at]! ^ (1 << random.integer(8))], at);
      return copy;
    }
    case 1: {
      if (at + 4 > copy.length) return copy.slice(0, at);
      new DataView(copy.buffer).setUint32(at, pick(random, hostileIntegers), random.chance());
      return copy;
    }
    case 2:
      return join(bytes.subarray(0, at), bytes.subarray(at + length));
    case 3:
      return join(bytes.subarray(0, at + length), bytes.subarray(at));
    case 4:
      return copy.fill(random.chance() ? 0 : 0xff, at, at + length);
    case 5: {
      const from = random.integer(other.length + 1);
      return join(bytes.subarray(0, at), other.subarray(from, from + length), bytes.subarray(at + length));
    }
    case 6:
      for (let i = at; i < at + length; i++) copy[i] = random.integer(256);
      return copy;
    default:
      return bytes.slice(0, at);
  }
}

/** Replaces, drops or doubles one entry somewhere in a JSON value. */
function mutateJson(random: SeededRandom, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || random.chance(0.1)) return pick(random, hostileValues);
  const keys = Object.keys(value);
  if (keys.length === 0) return pick(random, hostileValues);
  const key = pick(random, keys);
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
  const isArray = Array.isArray(copy);
  switch (random.integer(10)) {
    case 0:
      if (isArray) copy.splice(Number(key), 1);
      else Reflect.deleteProperty(copy, key);
      break;
    case 1:
      if (isArray) copy.push(copy[Number(key)]);
      else copy[`${key}2`] = copy[key];
      break;
    default:
      copy[key] = mutateJson(random, copy[key]);
  }
  return copy;
}

/** The values of a JSON file, or of one with a JSON value per line; `null` for anything else. */
function parseLines(bytes: Uint8Array): unknown[] | null {
  if (bytes.length > 1 << 20) return null;
  const text = new TextDecoder().decode(bytes);
  try {
    return [JSON.parse(text)];
  } catch {
    try {
      return text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown);
    } catch {
      return null;
    }
  }
}

function formatLines(values: readonly unknown[]): Uint8Array {
  return new TextEncoder().encode(values.map((value) => JSON.stringify(value) + '\n').join(''));
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

function pick<T>(random: SeededRandom, values: readonly T[]): T {
  return values[random.integer(values.length)]!;
}
