import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readNpyLabels } from '../../src-main/formats/read-npy-labels.ts';
import { readPickle } from '../../src-main/formats/read-pickle.ts';

const golden = (name: string) =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../golden/import/${name}`, import.meta.url))));

/** The three rectangles of test/golden/make-import-goldens.py, 20 × 30 px. */
const expected = new Int32Array(20 * 30);
for (const [label, top, bottom, left, right] of [
  [1, 2, 5, 3, 9],
  [2, 10, 14, 0, 4],
  [7, 15, 20, 20, 29],
] as const) {
  for (let y = top; y < bottom; y++) expected.fill(label, y * 30 + left, y * 30 + right);
}

/** A numpy file of one object, with this pickle. */
function npyOf(pickle: Uint8Array): Uint8Array {
  const header = "{'descr': '|O', 'fortran_order': False, 'shape': (), }\n";
  return Uint8Array.of(
    0x93,
    ...new TextEncoder().encode('NUMPY'),
    1,
    0,
    header.length,
    0,
    ...new TextEncoder().encode(header),
    ...pickle,
  );
}

describe('files of numpy', () => {
  test.each(['numpy-1_seg.npy', 'numpy-2_seg.npy', 'other-order_seg.npy', 'plain.npy'])(
    'the masks in %s are read exactly',
    (name) => {
      const { height, width, data } = readNpyLabels(golden(name), name);
      expect([height, width]).toEqual([20, 30]);
      expect([...data]).toEqual([...expected]);
    },
  );

  test('a file that would run a command is refused by the name of the command', () => {
    expect(() => readNpyLabels(golden('command_seg.npy'), 'command_seg.npy')).toThrow(
      'command_seg.npy contains “posix.system”, which the program does not read',
    );
  });

  test.each([
    // GLOBAL and REDUCE of protocol 2, and the instructions that make objects or load what is elsewhere.
    ['cos\nsystem\n(U\x04exitR.', 'contains “os.system”'],
    ['cbuiltins\neval\n.', 'contains “builtins.eval”'],
    ['(ios\nsystem\n.', 'contains the instruction 0x69'],
    ['cnumpy\nndarray\n)\x81.', 'contains the instruction 0x81'],
    ['P7\n.', 'contains the instruction 0x50'],
    ['U\x01ab.', 'is incomplete'],
    ['cnumpy\nndarray\n)R.', 'is incomplete: it calls something that is not a function'],
    ['}.', 'has no dict'],
    ['', 'is incomplete: it ends too early'],
  ])('the pickle %j is refused', (pickle, reason) => {
    const bytes = Uint8Array.from(pickle, (character) => character.charCodeAt(0));
    expect(() => readNpyLabels(npyOf(bytes), 'x_seg.npy')).toThrow(reason);
  });

  test('a stack, a cut file and no file of numpy are refused', () => {
    expect(() => readNpyLabels(golden('stack_seg.npy'), 's.npy')).toThrow('have the shape 2 × 20 × 30');
    expect(() => readNpyLabels(golden('plain.npy').slice(0, 4000), 'p.npy')).toThrow(
      'not a complete numpy file',
    );
    expect(() => readNpyLabels(golden('numpy-2_seg.npy').slice(0, 9000), 'n.npy')).toThrow('is incomplete');
    expect(() => readNpyLabels(new Uint8Array(40), 'z.npy')).toThrow('not a complete numpy file');
  });

  test('a list that contains itself ends', () => {
    // EMPTY_LIST, MEMOIZE, BINGET 0, APPEND, STOP.
    const list = readPickle(Uint8Array.of(0x5d, 0x94, 0x68, 0, 0x61, 0x2e), 'x') as unknown[];
    expect(list[0]).toBe(list);
  });
});
