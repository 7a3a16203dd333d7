/**
 * Figures of docs/decisions: `npx tsx test/bench/decision-figures.ts`. Each time is the median of nine runs,
 * on this machine. Node 22.13 or newer also measures SQLite.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { decodeMessage, encodeMessage } from '../../src-main/contract/wire.ts';
import { outlineCells } from '../../src-main/imaging/contours/outline-cells.ts';
import { requests } from '../../src-main/contract/requests.ts';
import { writeFileAtomically } from '../../src-main/project/write-file-atomically.ts';
import { sampleRequests } from '../fuzz/sample-requests.ts';
import { median } from './median.ts';
import { crowdImage } from './window/crowd-image.ts';

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

/** Values that are wrong in most places of a request. */
const strangers: readonly unknown[] = [null, true, -1, 0.5, 1e21, '', '../x', [], {}];

/** All copies of a value in which one part is another value. */
function changed(value: unknown): unknown[] {
  const parts: unknown[] =
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, part]) =>
          changed(part).map((other) =>
            Array.isArray(value) ? value.with(Number(key), other) : { ...value, [key]: other },
          ),
        )
      : [];
  return [...strangers, ...parts];
}

/** How many requests with one changed value the schemas refuse. Without schemas, handlers would get them. */
function sayRefused(): void {
  const place = { project: 'p', image: 'field-1', model: 'small-1', folder: '/a/p', parent: '/a' };
  const messages = sampleRequests({ ...place, point: '1', maskSha256: 'a'.repeat(64) });
  let [all, refused] = [0, 0];
  for (const message of messages) {
    if (message.type !== 'request') continue;
    const schema = requests[message.name as keyof typeof requests].params;
    for (const params of changed(message.params)) {
      all++;
      if (!schema.safeParse(params).success) refused++;
    }
  }
  say('5: requests with one changed value that are refused', `${refused} of ${all}`);
}

/** Outlines of 3025 cells as a message: in the program's own form, and as JSON. */
async function sayMessage(): Promise<void> {
  const { points, ringStarts, ringLabels } = outlineCells(crowdImage().labels);
  const outlines = { points, ringStarts, ringLabels };
  const numbers = (): Record<string, number[]> =>
    Object.fromEntries(Object.entries(outlines).map(([name, array]) => [name, Array.from(array)]));
  const bytes = encodeMessage(outlines).length;
  const text = JSON.stringify(numbers()).length;
  const own = await medianMs(() => decodeMessage(encodeMessage(outlines)));
  const json = await medianMs(() => {
    const { points, ringStarts, ringLabels } = JSON.parse(JSON.stringify(numbers())) as ReturnType<
      typeof numbers
    >;
    return [Float32Array.from(points!), Uint32Array.from(ringStarts!), Uint32Array.from(ringLabels!)];
  });
  say('5: outlines of 3025 cells, written and read', `${bytes} bytes, ${own}`);
  say('5: outlines of 3025 cells as JSON', `${text} bytes, ${json}`);
}

interface Database {
  exec: (sql: string) => void;
  prepare: (sql: string) => { run: (...values: unknown[]) => unknown };
  close: () => void;
}

/** An edit as a transaction of SQLite that is on the disk when it ends. */
async function sayDatabase(folder: string, line: string): Promise<void> {
  const name = 'node:sqlite';
  const sqlite = (await import(name).catch(() => null)) as {
    DatabaseSync: new (path: string) => Database;
  } | null;
  if (sqlite === null) return say('6: SQLite', `not in Node ${process.version}`);
  for (const mode of ['DELETE', 'WAL']) {
    const database = new sqlite.DatabaseSync(join(folder, `edits-${mode}.sqlite`));
    database.exec(`PRAGMA journal_mode = ${mode}; PRAGMA synchronous = FULL; CREATE TABLE edits (line TEXT)`);
    const insert = database.prepare('INSERT INTO edits VALUES (?)');
    say(
      `6: an edit as a transaction of SQLite, journal mode ${mode}`,
      await medianMs(() => insert.run(line)),
    );
    database.close();
  }
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
  sayRefused();
  await sayMessage();

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
    await sayDatabase(folder, line);
    for (const edits of [100, 10_000]) {
      const whole = `[${Array.from({ length: edits }, () => line).join(',')}]`;
      const rewrite = (): Promise<void> => writeFileAtomically(join(folder, 'all.json'), whole);
      say(`6: an edit in one file with ${edits} others, rewritten`, await medianMs(rewrite));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
