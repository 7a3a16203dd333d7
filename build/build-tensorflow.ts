/**
 * Builds the native part of @tensorflow/tfjs-node-gpu against the library in a TensorFlow wheel. This is for
 * machines that reach the registries of npm and Python, but not the download site of tfjs-node. Nobody needs
 * this to use the program: docs/engines.md has the commands that fetch a prebuilt library.
 *
 * Run: npx tsx build/build-tensorflow.ts [--wheel FILE] [--headers FOLDER]
 *
 * Needs Linux, Python 3 with pip, make, a C++ compiler, 2 GB on the disk, and the headers of this Node
 * (`--headers`, by default those installed with it). Without `--wheel`, pip downloads the newest
 * `tensorflow-cpu`, 270 MB. A wheel of `tensorflow` works too. It computes on NVIDIA GPUs where its version
 * of CUDA is installed.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

/** The newest Node-API that tfjs-node 4.22 knows. */
const NAPI_VERSION = 8;

/** Extracts from a wheel what a C program needs to compile and link. */
const EXTRACT = `
import sys, zipfile
wheel, folder = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    wanted = ('tensorflow/include/', 'tensorflow/libtensorflow')
    archive.extractall(folder, [name for name in archive.namelist() if name.startswith(wanted)])
`;

const { values } = parseArgs({ options: { wheel: { type: 'string' }, headers: { type: 'string' } } });
const require = createRequire(import.meta.url);
const run = (program: string, args: readonly string[], folder = process.cwd()): void => {
  execFileSync(program, args, { cwd: folder, stdio: 'inherit' });
};

const headers = values.headers ?? dirname(dirname(process.execPath));
if (!existsSync(join(headers, 'include', 'node', 'node_api.h'))) {
  throw new Error(`There is no include/node/node_api.h in ${headers}: name Node's headers with --headers.`);
}
const target = dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
const wheel = values.wheel ?? downloadWheel();

const deps = join(target, 'deps');
rmSync(deps, { recursive: true, force: true });
mkdirSync(join(deps, 'lib'), { recursive: true });
run('python3', ['-c', EXTRACT, wheel, deps]);
symlinkSync(join('tensorflow', 'include'), join(deps, 'include'));
// The linker looks for the plain names, the loader for those with a version.
for (const [plain, versioned] of [
  ['libtensorflow.so', 'libtensorflow_cc.so.2'],
  ['libtensorflow_framework.so', 'libtensorflow_framework.so.2'],
] as const) {
  for (const name of [plain, versioned]) {
    symlinkSync(join('..', 'tensorflow', versioned), join(deps, 'lib', name));
  }
}

const output = join(target, 'lib', `napi-v${NAPI_VERSION}`);
mkdirSync(output, { recursive: true });
run(
  process.execPath,
  [
    require.resolve('node-gyp/bin/node-gyp.js'),
    'rebuild',
    `--nodedir=${headers}`,
    '--module_name=tfjs_binding',
    `--module_path=${output}`,
    `--napi_version=${process.versions.napi}`,
    `--napi_build_version=${NAPI_VERSION}`,
  ],
  target,
);
console.log(`Built ${join(output, 'tfjs_binding.node')}. Try it: npx lacss doctor --engine tensorflow`);

function downloadWheel(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tensorflow-wheel-'));
  run('python3', ['-m', 'pip', 'download', '--no-deps', '--dest', folder, 'tensorflow-cpu']);
  return join(folder, ...readdirSync(folder));
}
