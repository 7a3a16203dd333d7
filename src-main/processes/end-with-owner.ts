import { Worker } from 'node:worker_threads';

/** How often the watchdog looks whether the owner is alive. */
const intervalMs = 200;

/**
 * Ends this process soon after its owner has ended, even while a native call keeps its main thread busy: a thread of its own
 * watches. SIGKILL, because an orderly exit waits for threads inside native calls. Files survive this as they survive a crash.
 * @param owner process id of whoever started this process
 */
export function endWithOwner(owner: number): void {
  new Worker(watchdog, {
    eval: true,
    // No loader: the watchdog starts at once, and in little memory.
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 },
    workerData: { owner, parent: process.ppid, intervalMs },
  }).unref();
}

/**
 * A killed owner that nobody has waited for still has its process id; then the changed parent tells. On Windows the parent
 * never changes; then the process id tells. Electron on Linux puts a process of its own between the two.
 */
const watchdog = `
const { owner, parent, intervalMs } = require('node:worker_threads').workerData;
const isAlive = () => {
  try { process.kill(owner, 0); return true; } catch (error) { return error.code === 'EPERM'; }
};
setInterval(() => {
  if (process.ppid !== parent || !isAlive()) process.kill(process.pid, 'SIGKILL');
}, intervalMs);
`;
