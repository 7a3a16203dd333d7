/**
 * Figures of docs/decisions: `npx tsx test/bench/decision-figures.ts`. Each is the median of nine runs, on
 * this machine.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { requests } from '../../src-main/contract/requests.ts';
import { writeFileAtomically } from '../../src-main/project/write-file-atomically.ts';
import { median } from './median.ts';

const runs = 9;
const pixels = new Uint8Array(2 ** 26);
const self = fileURLToPath(import.meta.url);

async function medianMs(work: () => unknown): Promise<string> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return `${median(times).toPrecision(3)} ms`;
}

function say(what: string, figure: string): void {
  process.stdout.write(`${what}: ${figure}\n`);
}

if (process.argv[2] === 'child') {
  process.on('message', () => process.send!(0));
} else {
  const child = fork(self, ['child'], { serialization: 'advanced', execArgv: process.execArgv });
  const toChild = (value: unknown): Promise<unknown> =>
    new Promise((resolve) => {
      child.once('message', resolve);
      child.send(value as object);
    });
  await toChild(1);
  say('3: 64 MiB to a process and an answer', await medianMs(() => toChild(pixels)));
  say('3: a display tile of 512 KiB', await medianMs(() => toChild(pixels.slice(0, 2 ** 19))));
  child.kill();
  const echo = `const { parentPort } = require('node:worker_threads');
    parentPort.on('message', () => parentPort.postMessage(0));`;
  const worker = new Worker(echo, { eval: true });
  const toThread = (value: unknown): Promise<unknown> =>
    new Promise((resolve) => {
      worker.once('message', resolve);
      worker.postMessage(value);
    });
  await toThread(1);
  say('3: 64 MiB to a thread, copied', await medianMs(() => toThread(pixels)));
  await worker.terminate();

  const pick = {
    project: 'p',
    image: 'field-1',
    edit: '7f1b1f3a-6a0e-4f0e-9c52-0a6d2c0a8a11',
    pick: { kind: 'candidate', index: 1, maskSha256: 'a'.repeat(64) },
  };
  const schema = requests['foreground.pick'].params;
  if (!schema.safeParse(pick).success) throw new Error('the example is no request of the contract');
  const thousand = await medianMs(() => {
    for (let i = 0; i < 1000; i++) schema.safeParse(pick);
  });
  say('5: checking 1000 messages', thousand);

  const folder = mkdtempSync(join(tmpdir(), 'lacss-decisions-'));
  try {
    const line = JSON.stringify({ at: new Date(0), title: 'Pick candidate 2', ...pick });
    const journal = await open(join(folder, 'history.jsonl'), 'a');
    const append = async (): Promise<void> => {
      await journal.write(`${line}\n`);
      await journal.sync();
    };
    say('6: an edit as a line, flushed', await medianMs(append));
    await journal.close();
    for (const edits of [100, 10_000]) {
      const whole = `[${Array.from({ length: edits }, () => line).join(',')}]`;
      const rewrite = (): Promise<void> => writeFileAtomically(join(folder, 'all.json'), whole);
      say(`6: an edit in one file with ${edits} others, rewritten`, await medianMs(rewrite));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
