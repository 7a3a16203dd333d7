import { LacssError } from '../contract/errors.ts';
import type { JobControl } from '../contract/job.ts';

/**
 * Lets waiting events be served, then looks whether the work was called off.
 * @throws LacssError `cancelled`
 */
export async function pause({ signal }: Pick<JobControl, 'signal'>): Promise<void> {
  await new Promise(setImmediate);
  if (signal.aborted) throw new LacssError('cancelled', 'Segmenting was cancelled.');
}
