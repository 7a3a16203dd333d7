import { Worker } from 'node:worker_threads';
import type { WorkerHandle, WorkerListener } from './worker-handle.ts';
import type { FromWorker } from './job-messages.ts';

/** The package `web-worker` of the TIFF reader needs an object here. */
const workerData = {};

/** Starts an entry as a thread of this process, for pixel work that must not block its owner. */
export function startThread(entry: URL, listener: WorkerListener): WorkerHandle {
  const worker = entry.pathname.endsWith('.ts') ? startSource(entry) : new Worker(entry, { workerData });
  let problem: string | null = null;
  worker.on('message', (message: FromWorker) => listener.onMessage(message));
  worker.on('error', (error) => {
    problem = error instanceof Error ? error.message : String(error);
  });
  worker.on('exit', (code) => listener.onEnd(problem ?? `exit code ${code}`));
  return {
    post: (message) => worker.postMessage(message),
    kill: () => void worker.terminate(),
  };
}

/** For a development checkout: a thread has no `--import`, so it registers tsx before it loads the source. */
function startSource(entry: URL): Worker {
  const tsx = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const source = JSON.stringify(entry.href);
  const loader = `import(${tsx}).then(({ register }) => { register(); return import(${source}); })`;
  return new Worker(loader, { eval: true, workerData });
}
