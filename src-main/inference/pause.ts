import { LacssError } from '../contract/errors.ts';
import type { JobControl } from '../contract/job.ts';

/**
 * Lets pending events run, then checks for cancellation.
 * @throws LacssError `cancelled`
 */
export async function pause({ signal }: Pick<JobControl, 'signal'>): Promise<void> {
  await new Promise(setImmediate);
  if (signal.aborted) throw new LacssError('cancelled', 'Segmentation was cancelled.');
}
