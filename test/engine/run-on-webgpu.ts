/**
 * Runs the conformance suite on the webgpu engine: on the GPU, or with Vulkan in software without one.
 * (Debian's `chromium` includes SwiftShader; `VULKAN_IN_SOFTWARE` names another folder with it.)
 *
 * npm run test:webgpu [-- --gpu]
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.VULKAN_IN_SOFTWARE ?? '/usr/lib/chromium';
const driver = join(folder, 'vk_swiftshader_icd.json');
const onGpu = process.argv.includes('--gpu');

if (!onGpu && !existsSync(driver)) {
  process.stdout.write(`Skipped: webgpu needs Vulkan, and there is no ${driver}; -- --gpu uses the GPU.
`);
  process.exit(0);
}
const software = onGpu ? {} : { LD_LIBRARY_PATH: folder, VK_ICD_FILENAMES: driver };
const files = [
  'onnx/gpu-memory',
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
