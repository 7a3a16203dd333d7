import type { z } from 'zod';
import type { RequestSpec } from './request.ts';
import { foregroundRequests } from './requests/foreground.ts';
import { historyRequests } from './requests/history.ts';
import { hostRequests } from './requests/host.ts';
import { imageRequests } from './requests/images.ts';
import { locationRequests } from './requests/locations.ts';
import { modelRequests } from './requests/models.ts';
import { projectRequests } from './requests/project.ts';
import { resultRequests } from './requests/results.ts';
import { reviewRequests } from './requests/review.ts';
import { segmentRequests } from './requests/segment.ts';
import { trainingRequests } from './requests/training.ts';

/** Everything a window can ask of its host: name → schema of what it takes, type of what it answers. */
export const requests = {
  ...hostRequests,
  ...projectRequests,
  ...imageRequests,
  ...foregroundRequests,
  ...locationRequests,
  ...historyRequests,
  ...trainingRequests,
  ...modelRequests,
  ...segmentRequests,
  ...reviewRequests,
  ...resultRequests,
};

export type RequestName = keyof typeof requests;
export type RequestParams<Name extends RequestName> = z.input<(typeof requests)[Name]['params']>;
/** What arrives after validation. */
export type CheckedParams<Name extends RequestName> = z.output<(typeof requests)[Name]['params']>;
export type RequestResult<Name extends RequestName> =
  (typeof requests)[Name] extends RequestSpec<z.ZodType, infer Result> ? Result : never;

/** Whether a string names a request of the treaty. */
export function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(requests, name);
}
