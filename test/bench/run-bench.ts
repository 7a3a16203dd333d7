/**
 * Measures the onnx engine on this machine, in one run: training steps and inference as speeds beside the
 * machine's own convolution speed, taken before and after, because the speed of a shared machine wanders.
 *
 * There are three yardsticks, and every speed is given as a ratio to each:
 *   convolution         the fastest 3 × 3 convolution of large maps through onnxruntime, as it takes any
 *   model's blockedConvolution  the same in blocks of channels, which is the fastest it has
 *   networkConvolution  the forward convolutions of the preset itself, each alone as the engine lays it out:
 *   what its thin
 *                       maps leave of the machine's speed when nothing but convolutions is computed
 *
 * npm run bench:engine -- [--presets small] [--size 512] [--steps 20] [--json] [--keep]
 * --presets tiny,small,paper for all; --keep adds the report to docs/measured/bench-history.json.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { sessionOptions } from '../../src-main/engine/activate-onnx.ts';
import { findChannelBlock } from '../../src-main/engine/onnx/find-channel-block.ts';
import { openEngine } from '../../src-main/engine/open-engine.ts';
import { createModel } from '../../src-main/model/create-model.ts';
import { convolutionSpeed } from './convolution-speed.ts';
import { imagingSpeed } from './imaging-speed.ts';
import { measureFolder } from './measure-folder.ts';
import type { FolderFigures } from './measure-folder.ts';
import { measureInference } from './measure-inference.ts';
import { measureTraining } from './measure-training.ts';
import { listConvolutions, networkConvolutionSpeed } from './network-convolutions.ts';
import { isPresetName } from './preset-name.ts';

const HISTORY = new URL('../../docs/measured/bench-history.json', import.meta.url);

const { values } = parseArgs({
  options: {
    presets: { type: 'string', default: 'small' },
    size: { type: 'string', default: '512' },
    steps: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const size = Number(values.size);
const steps = Number(values.steps);
const presets = values.presets.split(',').map((name) => {
  if (!isPresetName(name)) throw new RangeError(`--presets: expected tiny, small or paper, received ${name}`);
  return name;
});

const round = (value: number, digits = 1): number => Number(value.toFixed(digits));
const rounded = (figures: object): object =>
  Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [
      name,
      typeof value === 'number' ? round(value, Math.abs(value) < 1 ? 3 : 1) : value,
    ]),
  );

const engine = await openEngine('onnx');
const block = findChannelBlock();
const machineSpeeds = (): [number, number] => [
  convolutionSpeed(sessionOptions(), 1),
  convolutionSpeed(sessionOptions(), block),
];
const before = machineSpeeds();
const measured = [];
for (const preset of presets) {
  const model = createModel(preset, 1, 7);
  const shapes = await listConvolutions(model, size);
  model.dispose();
  const network = networkConvolutionSpeed(shapes, sessionOptions(), block);
  const training = await measureTraining(preset, size, steps);
  const { figures: inference, ...folder } = await measureInference(
    preset,
    size,
    Math.max(3, Math.round(steps / 2)),
  );
  measured.push({ preset, network, training, inference, folder });
}
const after = machineSpeeds();
const [convolution, blockedConvolution] = before.map((speed, i) => (speed + after[i]!) / 2) as [
  number,
  number,
];

const imaging = await imagingSpeed();
engine.close();
// Opens an engine of its own.
const folders: FolderFigures[] = [];
for (const { folder } of measured) {
  const { folder: path, modelPath, images, diameterPx } = folder.files;
  const settings = { minScore: folder.minScore };
  folders.push(await measureFolder({ modelPath, paths: images, diameterPx, settings }));
  rmSync(path, { recursive: true });
}

const besides = (gflop: number, ms: number, network: number): object => ({
  gflops: round(gflop / (ms / 1000)),
  ofConvolution: round(gflop / (ms / 1000) / convolution, 3),
  ofBlockedConvolution: round(gflop / (ms / 1000) / blockedConvolution, 3),
  ofNetworkConvolution: round(gflop / (ms / 1000) / network, 3),
});
const report = {
  measuredAt: new Date().toISOString(),
  commit: commit(),
  machine: `${engine.device}, ${round(totalmem() / 2 ** 30, 0)} GB (${round(freemem() / 2 ** 30, 0)} free), Node ${process.versions.node}`,
  engine: `${engine.name} ${engine.version} (${engine.provider})`,
  sizePx: size,
  convolutionGflops: round(convolution),
  convolutionGflopsBeforeAndAfter: [round(before[0]), round(after[0])],
  blockedConvolutionGflops: round(blockedConvolution),
  presets: Object.fromEntries(
    measured.map(({ preset, network, training, inference }, i) => [
      preset,
      {
        networkConvolutionGflops: round(network),
        training: { ...besides(training.gflop, training.stepMs, network), ...rounded(training) },
        inference: { ...besides(inference.gflop, inference.networkMs, network), ...rounded(inference) },
        folder: rounded(folders[i]!),
      },
    ]),
  ),
  imaging,
  peakResidentMb: round(process.resourceUsage().maxRSS / 1024),
};
if (values.json) console.log(JSON.stringify(report));
else print(report);
if (values.keep) keep(report);

/** One figure a line, those of a part moved in. */
function print(part: object, indent = ''): void {
  for (const [name, value] of Object.entries(part) as [string, unknown][]) {
    const isPart = typeof value === 'object' && value !== null && !Array.isArray(value);
    console.log(`${indent}${name.padEnd(36 - indent.length)} ${isPart ? '' : String(value)}`);
    if (isPart) print(value, `${indent}  `);
  }
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

function keep(one: object): void {
  const history = JSON.parse(readFileSync(HISTORY, 'utf8')) as object[];
  writeFileSync(HISTORY, `${JSON.stringify([...history, one], null, 2)}\n`);
}
