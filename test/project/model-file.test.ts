import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { unpackModel } from '../../src-main/project/model-file.ts';

test('a file that would unpack to more than a model can have is refused before it is unpacked', () => {
  const file = zipSync({
    'card.json': new Uint8Array(2),
    'weights-manifest.json': new Uint8Array(2),
    'weights.bin': new Uint8Array(2),
  });
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  // The third entry of the list of contents; its size stands 24 bytes behind its signature.
  const entries = Array.from({ length: file.length - 4 }, (_, at) => at).filter(
    (at) => view.getUint32(at) === 0x504b0102,
  );
  view.setUint32(entries[2]! + 24, 2 ** 30, true);
  expect(() => unpackModel(file, 'bomb.lacss')).toThrow(
    'bomb.lacss is not a model of LACSS Studio: its weights.bin would unpack to 1073741824 bytes.',
  );
});
