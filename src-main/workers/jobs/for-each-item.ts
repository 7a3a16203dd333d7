import { LacssError } from '../../contract/errors.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import { toFailure } from '../../contract/failure.ts';
import type { Failure } from '../../contract/failure.ts';
import type { JobControl } from '../../contract/job.ts';

/** Errors after which the next item would fail as well. */
const endsTheJob = new Set<ErrorCode>([
  'cancelled',
  'disk-full',
  'file-unwritable',
  'engine-unavailable',
  'engine-failed',
  'model-invalid',
]);

export interface ItemOptions<T> {
  /** What is being done to an item, up to its name: `Reading`. */
  message: string;
  /** What an item is called, for progress and failures. */
  nameOf: (item: T) => string;
  /** Told of each item that fails, at once. */
  onFailure?: (item: T, failure: Failure) => void;
}

/**
 * Works through items one after the other. One that fails is noted and the rest proceeds, unless it failed for a
 * reason that concerns them all.
 * @param work is given a control of its own: what it tells counts as a part of its item
 * @throws LacssError `cancelled`, and those that concern all items
 */
export async function forEachItem<T>(
  items: readonly T[],
  { signal, onProgress }: JobControl,
  { message, nameOf, onFailure }: ItemOptions<T>,
  work: (item: T, control: JobControl) => Promise<void>,
): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (const [index, item] of items.entries()) {
    throwIfCancelled(signal);
    const tell = (part: number, notice?: string): void => {
      const text = `${message} ${nameOf(item)}`;
      onProgress({
        done: index + part,
        total: items.length,
        ...(notice === undefined ? { message: text } : { message: `${text}, ${notice}`, notice }),
      });
    };
    tell(0);
    try {
      await work(item, {
        signal,
        onProgress: ({ done, total, notice }) => tell(total > 0 ? done / total : 0, notice),
      });
    } catch (error) {
      if (!(error instanceof LacssError) || endsTheJob.has(error.code)) throw error;
      const failure = { ...toFailure(error), subject: nameOf(item) };
      failures.push(failure);
      onFailure?.(item, failure);
    }
    // Lets messages in: a cancel must not wait for the last item.
    await new Promise(setImmediate);
  }
  onProgress({ done: items.length, total: items.length, message: 'Done' });
  return failures;
}

/** @throws LacssError `cancelled` */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new LacssError('cancelled', 'Stopped. What was done is kept.');
}
