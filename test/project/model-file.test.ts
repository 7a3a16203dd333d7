import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { unpackModel } from '../../src-main/project/model-file.ts';

test.each([
  ['weights.bin', 2, 2 ** 30],
  ['card.json', 0, 2 ** 25],
  ['weights-manifest.json', 1, 2 ** 25],
])('a file whose %s would unpack to too much is refused before it is unpacked', (name, place, size) => {
  const file = zipSync({
    'card.json': new Uint8Array(2),
    'weights-manifest.json': new Uint8Array(2),
    'weights.bin': new Uint8Array(2),
  });
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  // Entries of the list of contents. Their size is 24 bytes after its signature.
  const entries = Array.from({ length: file.length - 4 }, (_, at) => at).filter(
    (at) => view.getUint32(at) === 0x504b0102,
  );
  view.setUint32(entries[place]! + 24, size, true);
  expect(() => unpackModel(file, 'bomb.lacss')).toThrow(
    `bomb.lacss is not a model of LACSS Studio: its ${name} would unpack to ${size} bytes.`,
  );
});
