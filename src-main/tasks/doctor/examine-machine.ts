import type { EngineChoice } from '../../contract/choices.ts';
import { statfs } from 'node:fs/promises';
import { arch, cpus, freemem, homedir, platform, release, totalmem } from 'node:os';
import manifest from '../../../package.json' with { type: 'json' };
import type { JobControl } from '../../contract/job.ts';
import type { EngineReport } from '../../engine/engine-report.ts';
import { surveyEngines } from '../../engine/survey-engines.ts';
import { throwIfCancelled } from '../for-each-item.ts';
import { listGpus } from './list-gpus.ts';

export interface DoctorResult {
  program: { name: string; version: string; node: string };
  machine: {
    system: string;
    processor: string;
    cores: number;
    /** Names of the GPUs; null if the system does not name them. */
    gpus: string[] | null;
    memoryGb: number;
    freeMemoryGb: number;
    freeDiskGb: number | null;
  };
  engines: EngineReport;
  /** Advice before a training, in whole sentences. */
  advice: string[];
}

/** With less free memory than this, training `small` on 512² may fail (bytes). */
const comfortableMemory = 4e9;
/** With less free disk space than this, checkpoints may not fit (bytes). */
const comfortableDisk = 2e9;

/**
 * Examines the machine, tries its compute engines and measures them.
 * @throws LacssError `engine-unavailable` if the chosen engine, or every engine, fails
 */
export async function examineMachine(
  { engine }: { engine: EngineChoice },
  { signal, onProgress }: JobControl,
): Promise<DoctorResult> {
  onProgress({ done: 0, total: 1, message: 'Trying the engines' });
  const engines = await surveyEngines(engine);
  throwIfCancelled(signal);
  const freeDisk = await statfs(homedir()).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null,
  );
  onProgress({ done: 1, total: 1, message: 'Trying the engines' });
  return {
    program: { name: manifest.name, version: manifest.version, node: process.version },
    machine: {
      system: `${platform()} ${release()} ${arch()}`,
      processor: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      gpus: await listGpus(),
      memoryGb: gigabytes(totalmem()),
      freeMemoryGb: gigabytes(freemem()),
      freeDiskGb: freeDisk === null ? null : gigabytes(freeDisk),
    },
    engines,
    advice: [
      ...(engines.chosen === 'cpu'
        ? ['Only the plain JavaScript engine works: training would take days. Repair the onnx engine.']
        : []),
      ...(freemem() < comfortableMemory
        ? ['Little memory is free: close other programs before training.']
        : []),
      ...(freeDisk !== null && freeDisk < comfortableDisk
        ? ['Little room is left on the disk for models.']
        : []),
    ],
  };
}

function gigabytes(bytes: number): number {
  return Math.round(bytes / 1e8) / 10;
}
