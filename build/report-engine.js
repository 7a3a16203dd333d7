// Prints after packing which engine the package uses. onnxruntime has no library for Macs with an Intel
// processor.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** electron-builder's numbers of processors. */
const architectures = ['ia32', 'x64', 'armv7l', 'arm64', 'universal'];

export default async function reportEngine({ packager, arch, electronPlatformName }) {
  const processor = architectures[arch] ?? String(arch);
  const bin = join(packager.projectDir, 'node_modules', 'onnxruntime-node', 'bin');
  const versions = await readdir(bin);
  const found = await Promise.all(
    versions.map((version) =>
      readdir(join(bin, version, electronPlatformName, processor)).then(
        (files) => files.some((file) => file.endsWith('.node')),
        () => false,
      ),
    ),
  );
  if (found.includes(true)) return;
  process.stderr.write(
    `Warning: onnxruntime-node has no library for ${electronPlatformName} ${processor}. This package computes with the` +
      ` cpu engine, which is many times slower.\n`,
  );
}
