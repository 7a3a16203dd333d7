import { parentPort as threadPort } from 'node:worker_threads';
import { LacssError } from '../contract/errors.ts';
import { fromFailure, toFailure } from '../contract/failure.ts';
import { endWithOwner } from './end-with-owner.ts';
import type { WorkerJobs, FromWorker, ToWorker } from './job-messages.ts';

/** The connection to the owner of this process or thread. */
interface ParentLine {
  post: (message: FromWorker) => void;
  listen: (receive: (message: ToWorker) => void) => void;
}

/** A question that waits for its answer. */
interface Question {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** What Electron adds to `process` in a utility process. */
interface UtilityProcess {
  parentPort?: {
    postMessage: (message: unknown) => void;
    on: (event: 'message', listener: (event: { data: unknown }) => void) => void;
  };
}

/**
 * The worker's side: runs the requested jobs, several at a time, and reports their progress and end. A cancel
 * aborts the signal of the job; the job answers when it has stopped.
 */
export function serveJobs(jobs: WorkerJobs, line: ParentLine = parentLine()): void {
  const running = new Map<number, AbortController>();
  const questions = new Map<number, Question>();
  let nextQuestion = 1;
  line.listen((message) => {
    switch (message.type) {
      case 'request':
        void runJob(message.job, message.name, message.params);
        break;
      case 'cancel':
        running.get(message.job)?.abort();
        break;
      case 'answer':
        questions.get(message.question)?.resolve(message.value);
        questions.delete(message.question);
        break;
      case 'refusal':
        questions.get(message.question)?.reject(fromFailure(message.failure));
        questions.delete(message.question);
        break;
    }
  });
  line.post({ type: 'ready' });

  async function runJob(job: number, name: string, params: unknown): Promise<void> {
    const controller = new AbortController();
    running.set(job, controller);
    try {
      const work = Object.hasOwn(jobs, name) ? jobs[name] : undefined;
      if (work === undefined) throw new LacssError('internal', `There is no job called ${name}.`);
      const value = await work(params as never, {
        signal: controller.signal,
        onProgress: (progress) => line.post({ type: 'progress', job, progress }),
        report: (report) => line.post({ type: 'report', job, value: report }),
        ask: (value) =>
          new Promise((resolve, reject) => {
            const question = nextQuestion++;
            // The owner may have no answer any more.
            const stop = (): void => {
              questions.delete(question);
              reject(new LacssError('cancelled', 'Stopped.'));
            };
            controller.signal.addEventListener('abort', stop, { once: true });
            questions.set(question, {
              resolve: (answer) => {
                controller.signal.removeEventListener('abort', stop);
                resolve(answer);
              },
              reject,
            });
            line.post({ type: 'ask', job, question, value });
          }),
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
    endWithOwner(ownerOf());
    return {
      post: (message) => utility.postMessage(message),
      listen: (receive) => utility.on('message', ({ data }) => receive(data as ToWorker)),
    };
  }
  if (threadPort !== null) {
    const port = threadPort;
    return {
      post: (message) => port.postMessage(message),
      listen: (receive) => void port.on('message', receive),
    };
  }
  if (process.send === undefined) throw new TypeError('Only the program starts this file');
  // The parent has ended. A clean exit would wait for threads.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  endWithOwner(ownerOf());
  return {
    post: (message) => {
      if (process.connected) process.send!(message, () => undefined);
    },
    listen: (receive) => void process.on('message', (message) => receive(message as ToWorker)),
  };
}

/** The process that started this one, from the first argument. */
function ownerOf(): number {
  return Number(process.argv[2] ?? process.ppid);
}
