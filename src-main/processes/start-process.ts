import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { WorkerHandle, WorkerListener } from './worker-handle.ts';
import type { FromWorker } from './job-messages.ts';

/** Forks a process entry (outside Electron). In a development checkout TypeScript runs through tsx. */
export function startProcess(entry: URL, listener: WorkerListener): WorkerHandle {
  const child = fork(fileURLToPath(entry), [String(process.pid)], {
    serialization: 'advanced',
    execArgv: entry.pathname.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : [],
    // Its own group: Ctrl-C in a terminal reaches only the host, which then stops its jobs cleanly.
    detached: process.platform !== 'win32',
  });
  let ended = false;
  const end = (how: string): void => {
    if (ended) return;
    ended = true;
    listener.onEnd(how);
  };
  child.on('message', (message) => listener.onMessage(message as FromWorker));
  child.on('error', (error) => end(error.message));
  child.on('exit', (code, signal) => end(signal === null ? `exit code ${code}` : `signal ${signal}`));
  return {
    post: (message) => {
      // The exit handler reports a worker that has just ended, and its unsent message.
      if (child.connected) child.send(message, () => undefined);
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
