import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { missingLibrary } from '../../../src-main/engine/onnx/missing-library.ts';

const bin = join(dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')), 'bin');

test.each(
  (['darwin', 'linux', 'win32'] as const).flatMap((platform) =>
    ['x64', 'arm64'].map((processor) => [platform, processor] as const),
  ),
)('what is said of %s on %s is so in the package', (platform, processor) => {
  const isThere = readdirSync(bin).some((version) =>
    existsSync(join(bin, version, platform, processor, 'onnxruntime_binding.node')),
  );
  expect(missingLibrary(platform, processor) === null).toBe(isThere);
});

test('a Mac with an Intel processor and an unknown system are named', () => {
  expect(missingLibrary('darwin', 'x64')).toBe(
    'onnxruntime has no library for Macs with an Intel processor.',
  );
  expect(missingLibrary('freebsd', 'x64')).toBe('onnxruntime has no library for freebsd on x64.');
});
