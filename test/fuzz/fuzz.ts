import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { processorMs } from '../fixtures/process-table.ts';
import { keepFinding } from './fuzz-worker.ts';
import type { CaseEnd, CaseOrder } from './fuzz-worker.ts';
import { fuzzTargets } from './targets.ts';

export interface FuzzOptions {
  /** Number of changed inputs over all targets. */
  cases: number;
  /** The first case. A stopped run continues with the next one. @default 0 */
  from?: number;
  /** Names of targets. @default all */
  targets?: readonly string[];
  /** Time limit of one case. This is processor time where `/proc` reports it. */
  limitMs: number;
  /** Limit of the peak memory of the process. */
  limitBytes: number;
  /** Where to keep inputs that do harm. */
  findings: string;
  onProgress?: (done: number) => void;
  signal?: AbortSignal;
}

export interface Finding {
  target: string;
  seed: number;
  /** `fault`: another error than a `LacssError`; `hang`, `memory`, `crash`: what the process did. */
  kind: 'fault' | 'hang' | 'memory' | 'crash';
  message: string;
  path: string;
}

export interface FuzzReport {
  cases: number;
  results: number;
  refusals: number;
  /** Processor time of the slowest case; wall time where there is no `/proc`. */
  slowestMs: number;
  peakBytes: number;
  findings: Finding[];
}

/**
 * Passes changed inputs to every reader, one at a time in a separate process. The process is replaced after a
 * hang, a crash or too much memory. Cases are numbered, and case n is the same in every run.
 */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { cases, from = 0, limitMs, limitBytes, onProgress, signal } = options;
  await mkdir(options.findings, { recursive: true });
  const targets = fuzzTargets.filter(({ name }) => options.targets?.includes(name) ?? true);
  const report: FuzzReport = { cases: 0, results: 0, refusals: 0, slowestMs: 0, peakBytes: 0, findings: [] };
  let worker: ChildProcess | null = null;
  for (let n = from; n < cases && signal?.aborted !== true; n++) {
    const target = targets[n % targets.length];
    if (target === undefined) throw new RangeError('no fuzz target of that name');
    const seed = Math.floor(n / targets.length);
    worker ??= await startWorker();
    const { kind, message, end, peakBytes, elapsedMs } = await runOne(
      worker,
      { target: target.name, seed },
      limitMs,
    );
    report.cases++;
    report.slowestMs = Math.max(report.slowestMs, elapsedMs);
    report.peakBytes = Math.max(report.peakBytes, peakBytes);
    if (end === 'result') report.results++;
    if (end === 'refusal') report.refusals++;
    const found = kind ?? (peakBytes > limitBytes ? 'memory' : null);
    if (found !== null) {
      const path = await keepFinding(options.findings, target, seed);
      report.findings.push({ target: target.name, seed, kind: found, message, path });
      // A process keeps its peak, which would count against every later case.
      worker.kill('SIGKILL');
      worker = null;
    }
    onProgress?.(n + 1);
  }
  worker?.kill();
  return report;
}

interface OneEnd {
  kind: Finding['kind'] | null;
  end: CaseEnd['end'] | null;
  message: string;
  peakBytes: number;
}

async function runOne(
  worker: ChildProcess,
  order: CaseOrder,
  limitMs: number,
): Promise<OneEnd & { elapsedMs: number }> {
  const startedAt = performance.now();
  const before = processorMs(worker.pid);
  const end = await askOne(worker, order, limitMs, before);
  const after = processorMs(worker.pid);
  const elapsedMs = before === null || after === null ? performance.now() - startedAt : after - before;
  return { ...end, elapsedMs };
}

async function askOne(
  worker: ChildProcess,
  order: CaseOrder,
  limitMs: number,
  before: number | null,
): Promise<OneEnd> {
  const stop = new AbortController();
  const { signal } = stop;
  const timer = setInterval(() => {
    const now = processorMs(worker.pid);
    if (now === null || before === null || now - before > limitMs) stop.abort();
  }, limitMs);
  // A case that waits for something uses no processor.
  const guard = setTimeout(() => stop.abort(), 20 * limitMs);
  try {
    worker.send(order);
    const [first] = (await Promise.race([
      once(worker, 'message', { signal }),
      once(worker, 'exit', { signal }).then(([code, by]) => [{ exit: `exit code ${code}, signal ${by}` }]),
    ])) as [CaseEnd | { exit: string }];
    if ('exit' in first) return { kind: 'crash', end: null, message: first.exit, peakBytes: 0 };
    return { ...first, kind: first.end === 'fault' ? 'fault' : null };
  } catch {
    return { kind: 'hang', end: null, message: `no answer within ${limitMs} ms`, peakBytes: 0 };
  } finally {
    clearInterval(timer);
    clearTimeout(guard);
    stop.abort();
  }
}

async function startWorker(): Promise<ChildProcess> {
  const worker = fork(fileURLToPath(new URL('./fuzz-worker.ts', import.meta.url)), {
    serialization: 'advanced',
    execArgv: ['--import', import.meta.resolve('tsx')],
  });
  await once(worker, 'message');
  return worker;
}
