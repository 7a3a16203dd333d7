import { LacssError } from '../contract/errors.ts';
import type { CheckedParams } from '../contract/requests.ts';
import type {
  CandidateSettings,
  CandidatesView,
  CandidateView,
} from '../contract/requests/foreground-requests.ts';
import type { LocationSettings, LocationsPreview } from '../contract/requests/location-requests.ts';
import type {
  CellTable,
  ComparisonView,
  EvaluationView,
  ExportReport,
} from '../contract/requests/result-requests.ts';
import { entryUrl } from '../processes/entry-url.ts';
import type { WorkerJobControl } from '../processes/job-messages.ts';
import { startThread } from '../processes/start-thread.ts';
import { Supervisor } from '../processes/supervisor.ts';
import type { Scope } from '../project/scope.ts';

/** An image of a project. */
type OfImage = Scope & { image: string };
type Thresholds = { low: number; high: number; automatic: number };

/** The jobs of an annotation thread, by name. */
export type AnnotatingJobs = {
  candidates: (
    params: OfImage & { settings: CandidateSettings; coarse: boolean },
    control: WorkerJobControl,
  ) => Promise<CandidatesView>;
  threshold: (
    params: OfImage & { settings: CandidateSettings; threshold: number },
    control: WorkerJobControl,
  ) => Promise<CandidateView>;
  range: (
    params: OfImage & { settings: CandidateSettings },
    control: WorkerJobControl,
  ) => Promise<Thresholds>;
  locations: (
    params: OfImage & { settings: LocationSettings; coarse: boolean },
    control: WorkerJobControl,
  ) => Promise<LocationsPreview>;
  evaluate: (
    params: Scope & { params: CheckedParams<'results.evaluate'> },
    control: WorkerJobControl,
  ) => Promise<EvaluationView>;
  export: (
    params: Scope & { params: CheckedParams<'export.run'> },
    control: WorkerJobControl,
  ) => Promise<ExportReport>;
  compare: (
    params: Scope & { params: CheckedParams<'results.compare'> },
    control: WorkerJobControl,
  ) => Promise<ComparisonView>;
  cells: (
    params: Scope & { params: CheckedParams<'results.cells'> },
    control: WorkerJobControl,
  ) => Promise<CellTable>;
  makeSample: (params: { folder: string }, control: WorkerJobControl) => Promise<null>;
};

/** Time for an abandoned job to stop, before its thread is ended. A thread is cheap to start again. */
const patienceMs = 500;

function thread(title: string): Supervisor<AnnotatingJobs> {
  return new Supervisor<AnnotatingJobs>({
    title,
    start: (listener) => startThread(entryUrl('annotating'), listener),
    patienceMs,
  });
}

/** Computes results that a person waits for. */
export const demandThread = thread('The annotation thread');
/** Computes results that a person will probably want next, and work on many images. */
export const aheadThread = thread('The look-ahead thread');

/**
 * Runs a job for work on many images. It starts once nobody waits for an image on the screen. After an abort
 * it still ends, because a stopped thread takes long to start again. But nobody waits for it.
 * @throws LacssError the error of the job; `cancelled` after an abort
 */
export async function whenNobodyWaits<Result>(
  run: (signal: AbortSignal) => Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  await untilAborted(demandThread.idle(), signal);
  return untilAborted(run(finished), signal);
}

/** Never aborted. */
const finished = new AbortController().signal;

/** @throws LacssError `cancelled` as soon as the signal aborts */
function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(new LacssError('cancelled', 'Stopped. What was done is kept.'));
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
