import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LacssError } from '../../src-main/contract/errors.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';
import { faultCodes } from './fault-codes.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { mutate } from './mutate.ts';
import { fuzzTargets } from './targets.ts';

/** What the runner asks of a worker process. */
export interface CaseOrder {
  target: string;
  seed: number;
}

/** How one case ended. `fault`: an error that a reader must never throw. */
export interface CaseEnd {
  end: 'result' | 'refusal' | 'fault';
  message: string;
  peakBytes: number;
}

const seeds = new Map<string, Promise<readonly Uint8Array[]>>();

/** The input of a case: the same for the same target and seed. */
export async function caseInput(target: FuzzTarget, seed: number): Promise<Uint8Array> {
  const known = seeds.get(target.name) ?? target.seeds();
  seeds.set(target.name, known);
  return mutate(new SeededRandom('fuzz', target.name, seed), await known);
}

async function runCase({ target: name, seed }: CaseOrder): Promise<CaseEnd> {
  const target = fuzzTargets.find((candidate) => candidate.name === name);
  if (target === undefined) throw new RangeError(`fuzz target ${name}`);
  const input = await caseInput(target, seed);
  const folder = await mkdtemp(join(tmpdir(), 'lacss-fuzz-'));
  let end: CaseEnd['end'] = 'result';
  let message = '';
  try {
    await target.read(input, folder);
  } catch (error) {
    end = error instanceof LacssError && !faultCodes.has(error.code) ? 'refusal' : 'fault';
    message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  await rm(folder, { recursive: true, force: true });
  return { end, message, peakBytes: process.resourceUsage().maxRSS * 1024 };
}

if (process.send !== undefined) {
  const answer = (value: CaseEnd | 'ready'): void => void process.send?.(value);
  process.on('message', (order: CaseOrder) => {
    void runCase(order).then(answer, (error: unknown) => {
      answer({ end: 'fault', message: String(error), peakBytes: 0 });
    });
  });
  process.on('disconnect', () => process.exit(0));
  answer('ready');
}

/** Keeps an input that does harm. */
export async function keepFinding(folder: string, target: FuzzTarget, seed: number): Promise<string> {
  const path = join(folder, `${target.name.replaceAll('/', '-')}-${seed}.bin`);
  await writeFile(path, await caseInput(target, seed));
  return path;
}
