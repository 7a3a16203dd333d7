/**
 * WebAssembly of the inner loops of a correlation: two 64-bit numbers per instruction, which JavaScript does
 * not offer. Written in opcodes, because the project has no compiler for it.
 *
 * W3C, "WebAssembly Core Specification 2.0", chapter 5 "Binary Format".
 */
const types = { i32: 0x7f, v128: 0x7b, function: 0x60, none: 0x40 };
const op = {
  block: [0x02, types.none],
  loop: [0x03, types.none],
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  get: 0x20,
  set: 0x21,
  i32Load: 0x28,
  i32Const: 0x41,
  i32GreaterOrEqual: 0x4f,
  i32Add: 0x6a,
  i32ShiftLeft: 0x74,
  v128Load: [0xfd, 0x00],
  loadTwice: [0xfd, 0x0a], // one 64-bit number into both halves
  v128Store: [0xfd, 0x0b],
  add: [0xfd, 0xf0, 0x01],
  subtract: [0xfd, 0xf1, 0x01],
  multiply: [0xfd, 0xf2, 0x01],
};

/** The parameters, in order: addresses of arrays in bytes, and the size of the sums. */
const [places, weights, end, values, sums, bytes] = [0, 1, 2, 3, 4, 5] as const;
/** Further variables. */
const [offset, place, at, below, above, base] = [6, 7, 8, 9, 10, 11] as const;
const [weight, firstSum] = [12, 13] as const;
/** Pairs of sums that are kept in registers. */
const pairs = [0, 1, 2, 3] as const;

type Code = number | readonly Code[];

/** @returns a module with the functions `even` and `odd` and their `memory`. */
export function pairSumsModule(): Uint8Array<ArrayBuffer> {
  const name = (text: string): Code => vector([...text].map((letter) => letter.charCodeAt(0)));
  const numbers = Array.from({ length: 6 }, () => types.i32);
  return Uint8Array.from(
    flat([
      [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // "\0asm", version 1
      section(1, vector([[types.function, vector(numbers), vector([])]])),
      section(3, vector([0, 0])), // two functions of that type
      section(5, vector([[0x00, 0x01]])), // one memory, of at least one page
      section(
        7,
        vector([
          [name('memory'), 0x02, 0],
          [name('even'), 0x00, 0],
          [name('odd'), 0x00, 1],
        ]),
      ),
      section(10, vector([op.add, op.subtract].map((combine) => sized([locals, body(combine), op.end])))),
    ]),
  );
}

const locals: Code = vector([
  [6, types.i32],
  [1 + pairs.length, types.v128],
]);

/** The sums of all pixels. @param combine - the instruction for the values at +k and at −k */
function body(combine: Code): Code {
  const sumOf = (pair: number): Code => [op.get, firstSum + pair];
  return [
    whileBelow(offset, bytes, [
      [op.get, values, op.get, offset, op.i32Add, op.set, base],
      [op.get, weights, op.loadTwice, memory(0), op.set, weight],
      addressOf(0, places, below),
      pairs.map((pair) => [op.get, weight, load(below, pair), op.multiply, op.set, firstSum + pair]),
      [op.get, places, op.i32Const, 8, op.i32Add, op.set, place],
      [op.get, weights, op.i32Const, 8, op.i32Add, op.set, at],
      whileBelow(at, end, [
        [op.get, at, op.loadTwice, memory(0), op.set, weight],
        addressOf(0, place, below),
        addressOf(4, place, above),
        pairs.map((pair) => [
          sumOf(pair),
          [op.get, weight, load(below, pair), load(above, pair), combine, op.multiply],
          [op.add, op.set, firstSum + pair],
        ]),
        step(place, 8),
        step(at, 8),
      ]),
      pairs.map((pair) => [
        [op.get, sums, op.get, offset, op.i32Add],
        [sumOf(pair), op.v128Store, memory(16 * pair)],
      ]),
      step(offset, 16 * pairs.length),
    ]),
  ];
}

function whileBelow(variable: number, limit: number, inner: Code): Code {
  const test = [op.get, variable, op.get, limit, op.i32GreaterOrEqual, op.brIf, 1];
  return [op.block, op.loop, test, inner, op.br, 0, op.end, op.end];
}

/** Sets a variable to the address of the value whose index is at `pointer` + `bytesOn`. */
function addressOf(bytesOn: number, pointer: number, variable: number): Code {
  const index = [op.get, pointer, op.i32Load, memory(bytesOn, 2), op.i32Const, 3, op.i32ShiftLeft];
  return [index, op.get, base, op.i32Add, op.set, variable];
}

function load(address: number, pair: number): Code {
  return [op.get, address, op.v128Load, memory(16 * pair)];
}

function step(variable: number, by: number): Code {
  return [op.get, variable, op.i32Const, signed(by), op.i32Add, op.set, variable];
}

/** Alignment as a power of two, and an offset in bytes. */
function memory(offsetBytes: number, alignment = 3): Code {
  return [alignment, offsetBytes];
}

/** Numbers from 64 on take two bytes where a sign is possible. */
function signed(value: number): Code {
  return value < 64 ? value : [(value & 0x7f) | 0x80, value >> 7];
}

function unsigned(value: number): Code {
  return value < 128 ? value : [(value & 0x7f) | 0x80, unsigned(value >> 7)];
}

function vector(items: readonly Code[]): Code {
  return [unsigned(items.length), items];
}

function sized(code: Code): Code {
  return vector(flat(code));
}

function section(id: number, code: Code): Code {
  return [id, sized(code)];
}

function flat(code: Code): number[] {
  return typeof code === 'number' ? [code] : code.flatMap(flat);
}
