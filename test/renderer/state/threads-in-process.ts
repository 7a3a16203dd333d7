import { annotatingJobs } from '../../../src-main/processes/entries/annotating-jobs.ts';

const control = { signal: new AbortController().signal, onProgress: () => undefined };

const inProcess = {
  run: (name: keyof typeof annotatingJobs, params: never): Promise<unknown> =>
    (annotatingJobs[name] as (params: never, control: unknown) => Promise<unknown>)(params, control),
};

/**
 * In place of `annotation-threads.ts`: the work runs in this process, because starting a thread would take
 * most of the time.
 */
export const demandThread = inProcess;
export const aheadThread = inProcess;
