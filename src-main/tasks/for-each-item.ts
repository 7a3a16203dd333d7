import { LacssError } from '../contract/errors.ts';
import type { ErrorCode } from '../contract/errors.ts';
import { toFailure } from '../contract/failure.ts';
import { strayFileError } from '../contract/file-error.ts';
import type { Failure } from '../contract/failure.ts';
import type { JobControl } from '../contract/job.ts';

/** Errors after which the next item would fail as well. */
const endingCodes = new Set<ErrorCode>([
  'cancelled',
  'disk-full',
  'file-unwritable',
  'engine-unavailable',
  'engine-failed',
  'model-invalid',
  'project-unreachable',
]);

export interface ItemOptions<T> {
  /** The progress message without the name of the item: `Reading`. */
  message: string;
  /** The name of an item, for progress and failures. */
  nameOf: (item: T) => string;
  /** How many items run at the same time. @default 1 */
  atOnce?: number;
  /** Called when an item starts. */
  onStart?: (item: T) => void;
  /** Called as soon as an item fails. */
  onFailure?: (item: T, failure: Failure) => void;
}

/**
 * Runs work for all items, one after the other or several at a time. If one fails, it is listed and the
 * others proceed. An error that concerns all items ends the job.
 * @param work gets its own control; its progress counts as a part of its item
 * @returns the failures in the order of the items
 * @throws LacssError `cancelled`, and errors that concern all items, when nothing runs any more
 */
export async function forEachItem<T>(
  items: readonly T[],
  { signal, onProgress }: JobControl,
  { message, nameOf, onStart, onFailure, atOnce = 1 }: ItemOptions<T>,
  work: (item: T, control: JobControl) => Promise<void>,
): Promise<Failure[]> {
  const failures: (Failure | undefined)[] = [];
  const ending = new AbortController();
  const either = AbortSignal.any([signal, ending.signal]);
  /** The finished fraction of each running item. */
  const parts = new Map<number, number>();
  let ended = 0;
  let finalError: unknown;

  /** Progress names the item started last, although several run at the same time. */
  let newest: T;

  const tell = (notice?: string): void => {
    const text = `${message} ${nameOf(newest)}`;
    onProgress({
      done: [...parts.values()].reduce((sum, part) => sum + part, ended),
      total: items.length,
      ...(notice === undefined ? { message: text } : { message: `${text}, ${notice}`, notice }),
    });
  };

  const queue = items.entries();
  const takeTurns = async (): Promise<void> => {
    for (const [index, item] of queue) {
      throwIfCancelled(either);
      parts.set(index, 0);
      newest = item;
      onStart?.(item);
      tell();
      try {
        await work(item, {
          signal: either,
          onProgress: ({ done, total, notice }) => {
            // If an image is done again, its progress does not go back.
            parts.set(index, Math.max(parts.get(index) ?? 0, total > 0 ? Math.min(1, done / total) : 0));
            tell(notice);
          },
        });
      } catch (error) {
        if (endsTheJob(error)) throw error;
        const failure = { ...toFailure(error), subject: nameOf(item) };
        failures[index] = failure;
        onFailure?.(item, failure);
      }
      parts.delete(index);
      ended++;
      // Lets messages in, because a cancel must not wait for the last item.
      await new Promise(setImmediate);
    }
  };
  await Promise.all(
    Array.from({ length: Math.min(atOnce, items.length) }, () =>
      takeTurns().catch((error: unknown) => {
        // The others end because this one failed, so only the first error counts.
        if (!ending.signal.aborted) finalError = error;
        ending.abort();
      }),
    ),
  );
  if (ending.signal.aborted) throw finalError;
  onProgress({ done: items.length, total: items.length, message: 'Done' });
  return failures.filter((failure) => failure !== undefined);
}

/**
 * Whether an error concerns more than one item. Then the next item would fail as well, or the program has a
 * fault.
 */
export function endsTheJob(error: unknown): boolean {
  const known = error instanceof LacssError ? error : strayFileError(error);
  return known === null || endingCodes.has(known.code);
}

/** Lets messages in, a cancel among them. @throws LacssError `cancelled` */
export async function letMessagesIn(signal: AbortSignal): Promise<void> {
  await new Promise(setImmediate);
  throwIfCancelled(signal);
}

/** @throws LacssError `cancelled` */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new LacssError('cancelled', 'Stopped. What was done is kept.');
}
