import type { AnnotatingJobs } from '../processes/entries/annotating-jobs.ts';
import { entryUrl } from '../processes/entry-url.ts';
import { startThread } from '../processes/start-thread.ts';
import { Supervisor } from '../processes/supervisor.ts';

/** How long a thread's job that nobody waits for any more may take to stop: a thread is cheap to start again. */
const patienceMs = 500;

function thread(title: string): Supervisor<AnnotatingJobs> {
  return new Supervisor<AnnotatingJobs>({
    title,
    start: (listener) => startThread(entryUrl('annotating'), listener),
    patienceMs,
  });
}

/** Computes what a person is waiting for. */
export const demandThread = thread('The annotation thread');
/** Computes what a person will probably want next. */
export const aheadThread = thread('The look-ahead thread');
