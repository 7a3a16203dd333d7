import { parentPort as threadPort } from 'node:worker_threads';
import { LacssError } from '../contract/errors.ts';
import { toFailure } from '../contract/failure.ts';
import type { ChildJobs, FromChild, ToChild } from './job-messages.ts';

/** The line to whoever started this process or thread. */
interface ParentLine {
  post: (message: FromChild) => void;
  listen: (receive: (message: ToChild) => void) => void;
}

/** What Electron adds to `process` in a utility process. */
interface UtilityProcess {
  parentPort?: {
    postMessage: (message: unknown) => void;
    on: (event: 'message', listener: (event: { data: unknown }) => void) => void;
  };
}

/**
 * The child's end of the line: runs the jobs it is asked for, several at a time, and tells of their progress and end.
 * A cancel aborts the job's signal; the job answers when it has stopped.
 */
export function serveJobs(jobs: ChildJobs, line: ParentLine = parentLine()): void {
  const running = new Map<number, AbortController>();
  line.listen((message) => {
    if (message.type === 'cancel') running.get(message.job)?.abort();
    else void runJob(message.job, message.name, message.params);
  });
  line.post({ type: 'ready' });

  async function runJob(job: number, name: string, params: unknown): Promise<void> {
    const controller = new AbortController();
    running.set(job, controller);
    try {
      if (!Object.hasOwn(jobs, name)) throw new LacssError('internal', `There is no job called ${name}.`);
      const value = await jobs[name]!(params as never, {
        signal: controller.signal,
        onProgress: (progress) => line.post({ type: 'progress', job, progress }),
        report: (report) => line.post({ type: 'report', job, value: report }),
      });
      line.post({ type: 'result', job, value });
    } catch (error) {
      line.post({ type: 'error', job, failure: toFailure(error) });
    } finally {
      running.delete(job);
    }
  }
}

/** Finds the parent: Electron's utility process, a thread, or a forked process. */
function parentLine(): ParentLine {
  const utility = (process as UtilityProcess).parentPort;
  if (utility !== undefined) {
    return {
      post: (message) => utility.postMessage(message),
      listen: (receive) => utility.on('message', ({ data }) => receive(data as ToChild)),
    };
  }
  if (threadPort !== null) {
    const port = threadPort;
    return {
      post: (message) => port.postMessage(message),
      listen: (receive) => void port.on('message', receive),
    };
  }
  if (process.send === undefined) throw new TypeError('This file is started by the program, not by hand');
  // A parent that has gone (killed, crashed) leaves nobody to work for.
  process.on('disconnect', () => process.exit(0));
  return {
    post: (message) => {
      if (process.connected) process.send!(message, () => undefined);
    },
    listen: (receive) => void process.on('message', (message) => receive(message as ToChild)),
  };
}
