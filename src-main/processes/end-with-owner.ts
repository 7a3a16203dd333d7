import { Worker } from 'node:worker_threads';

/** How often the watchdog checks the owner, ms. */
const intervalMs = 200;

/**
 * Ends this process soon after its owner, even while a native call blocks the main thread: a watchdog thread
 * checks the owner. SIGKILL, because a clean exit waits for threads inside native calls. Files survive it
 * like a crash.
 * @param owner process id of the process that started this one
 */
export function endWithOwner(owner: number): void {
  new Worker(watchdog, {
    eval: true,
    // Without a loader the watchdog starts at once and needs little memory.
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 },
    workerData: { owner, parent: process.ppid, intervalMs },
  }).unref();
}

/**
 * A zombie owner keeps its process id; the changed parent then shows its end. On Windows the parent never
 * changes; there the process id shows it. Electron on Linux has a process between the two.
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
