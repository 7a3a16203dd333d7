import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { epochReportSchema, stepReportSchema } from '../../contract/training.ts';
import type { EpochReport, StepReport } from '../../contract/training.ts';
import { parseToFirstFault } from '../../contract/parse-to-first-fault.ts';
import { provePath } from '../../project/held-folder.ts';
import { readText } from '../../project/read-bytes.ts';

/** A line of `models/<model>/progress.jsonl`: a report of a step or an epoch. */
const lineSchema = z.union([
  z.strictObject({ step: stepReportSchema }),
  z.strictObject({ epoch: epochReportSchema }),
]);

const fileName = 'progress.jsonl';

/**
 * The curves of a training on the disk. Steps are collected, and written with the epoch or a hundred at a
 * time.
 */
export class TrainingLog {
  readonly #path: string;
  // Begins with an empty line, so that an incomplete line after a crash stays separate.
  #lines: string[] = [''];
  #writing: Promise<void> = Promise.resolve();

  constructor(modelFolder: string) {
    this.#path = join(modelFolder, fileName);
  }

  step(step: StepReport): void {
    this.#lines.push(JSON.stringify({ step }));
    if (this.#lines.length >= 100) void this.flush();
  }

  epoch(epoch: EpochReport): void {
    this.#lines.push(JSON.stringify({ epoch }));
    void this.flush();
  }

  /** Writes the collected lines. A full disk costs the curves, not the training. */
  flush(): Promise<void> {
    const text = this.#lines.map((line) => `${line}\n`).join('');
    this.#lines = [];
    this.#writing = this.#writing
      .then(() => provePath(this.#path))
      .then(() => appendFile(this.#path, text))
      .catch(() => undefined);
    return this.#writing;
  }
}

/**
 * Reads the curves of a training. If it was resumed from an earlier step, the steps done twice appear once.
 * An incomplete line after a crash is skipped.
 */
export async function readTrainingLog(
  modelFolder: string,
): Promise<{ steps: StepReport[]; epochs: EpochReport[] }> {
  const text = await readText(join(modelFolder, fileName)).catch(() => '');
  let steps: StepReport[] = [];
  let epochs: EpochReport[] = [];
  for (const line of text.split('\n')) {
    const parsed = parseToFirstFault(lineSchema, parseLine(line));
    if (!parsed.success) continue;
    const entry = parsed.data;
    if ('step' in entry) {
      const last = steps.at(-1);
      if (last !== undefined && entry.step.step <= last.step) {
        steps = steps.filter(({ step }) => step < entry.step.step);
        epochs = epochs.filter(({ step }) => step < entry.step.step);
      }
      steps.push(entry.step);
    } else {
      epochs = [...epochs.filter(({ epoch }) => epoch !== entry.epoch.epoch), entry.epoch];
    }
  }
  return { steps, epochs };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
