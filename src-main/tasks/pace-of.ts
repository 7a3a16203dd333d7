import type { JobControl, Pace } from '../contract/job.ts';
import { letMessagesIn } from './for-each-item.ts';

/** Number of progress steps per item. */
const steps = 100;

/** The pace of one item of a job. It reports progress and lets messages in. @throws LacssError `cancelled` */
export function paceOf({ signal, onProgress }: JobControl): Pace {
  const pace = async (share: number): Promise<void> => {
    onProgress({ done: Math.round(steps * share), total: steps, message: '' });
    await letMessagesIn(signal);
  };
  return Object.assign(pace, { signal });
}
