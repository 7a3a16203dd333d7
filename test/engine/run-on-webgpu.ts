/**
 * Runs the conformance suite on the webgpu engine: on the graphics card, or with Vulkan in software where there is none
 * (Debian's `chromium` brings SwiftShader along; `VULKAN_IN_SOFTWARE` names another folder with it).
 *
 * npm run test:webgpu [-- --card]
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.VULKAN_IN_SOFTWARE ?? '/usr/lib/chromium';
const driver = join(folder, 'vk_swiftshader_icd.json');
const onCard = process.argv.includes('--card');

if (!onCard && !existsSync(driver)) {
  process.stdout
    .write(`Skipped: webgpu needs Vulkan, and there is no ${driver}; -- --card takes the graphics card.
`);
  process.exit(0);
}
const software = onCard ? {} : { LD_LIBRARY_PATH: folder, VK_ICD_FILENAMES: driver };
const files = [
  'onnx/card-memory',
  'onnx/elementwise',
  'onnx/network',
  'onnx/shape-and-reduction',
  'own-kernels',
  'crop-and-paste',
];
const { status } = spawnSync(
  'npx',
  [
    'vitest',
    'run',
    ...files.map((name) => `test/engine/${name}.test.ts`),
    'test/engine/gradients',
    'test/training/engines.test.ts',
    '--no-file-parallelism',
  ],
  {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, ...software, LACSS_TEST_ENGINE: 'webgpu' },
  },
);
process.exitCode = status ?? 1;
