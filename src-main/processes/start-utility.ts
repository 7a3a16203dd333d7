import { utilityProcess } from 'electron';
import { fileURLToPath } from 'node:url';
import type { WorkerHandle, WorkerListener } from './worker-handle.ts';
import type { FromWorker } from './job-messages.ts';

/** Starts a process entry as a utility process of Electron. */
export function startUtility(entry: URL, name: string, listener: WorkerListener): WorkerHandle {
  const child = utilityProcess.fork(fileURLToPath(entry), [String(process.pid)], {
    serviceName: `LACSS ${name}`,
  });
  child.on('message', (message: FromWorker) => listener.onMessage(message));
  child.on('exit', (code) => listener.onEnd(`exit code ${code}`));
  // V8 gave up, for example without memory; `exit` follows. Without a listener the event would throw here.
  child.on('error', () => undefined);
  // Electron names the process only once it has spawned (electron#44009).
  const end = (): void => {
    // Electron's kill sends SIGTERM, which a busy process does not handle.
    if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
  };
  return {
    post: (message) => child.postMessage(message),
    kill: () => (child.pid === undefined ? void child.once('spawn', end) : end()),
  };
}
