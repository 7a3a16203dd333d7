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
    /** Names of the GPUs; null where the system does not tell. */
    gpus: string[] | null;
    memoryGb: number;
    freeMemoryGb: number;
    freeDiskGb: number | null;
  };
  engines: EngineReport;
  /** What a person should know before training, in whole sentences. */
  advice: string[];
}

/** With less free memory than this, training `small` on 512² may fail (bytes). */
const comfortableMemory = 4e9;
/** With less room than this, checkpoints may not fit (bytes). */
const comfortableDisk = 2e9;

/**
 * Looks at the machine, tries its compute engines and measures them.
 * @throws LacssError `engine-unavailable` where the engine that is asked for, or every engine, fails
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
