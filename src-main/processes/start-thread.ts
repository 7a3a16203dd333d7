import { Worker } from 'node:worker_threads';
import type { Child, ChildListener } from './child.ts';
import type { FromChild } from './job-messages.ts';

/** The TIFF reader's `web-worker` looks for its own fields in here and stumbles where there is no object at all. */
const workerData = {};

/** Starts an entry as a thread of this process: for pixel work that must not hold up its owner. */
export function startThread(entry: URL, listener: ChildListener): Child {
  const worker = entry.pathname.endsWith('.ts') ? startSource(entry) : new Worker(entry, { workerData });
  let problem: string | null = null;
  worker.on('message', (message: FromChild) => listener.onMessage(message));
  worker.on('error', (error) => {
    problem = error instanceof Error ? error.message : String(error);
  });
  worker.on('exit', (code) => listener.onEnd(problem ?? `exit code ${code}`));
  return {
    post: (message) => worker.postMessage(message),
    kill: () => void worker.terminate(),
  };
}

/** In a development checkout: a thread takes no `--import`, so it registers tsx itself before it loads the source. */
function startSource(entry: URL): Worker {
  const tsx = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const source = JSON.stringify(entry.href);
  const loader = `import(${tsx}).then(({ register }) => { register(); return import(${source}); })`;
  return new Worker(loader, { eval: true, workerData });
}
