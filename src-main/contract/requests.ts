import type { z } from 'zod';
import type { RequestEffect, RequestProcess, RequestSpec } from './request.ts';
import { foregroundRequests } from './requests/foreground-requests.ts';
import { historyRequests } from './requests/history-requests.ts';
import { hostRequests } from './requests/host-requests.ts';
import { imageRequests } from './requests/image-requests.ts';
import { locationRequests } from './requests/location-requests.ts';
import { modelRequests } from './requests/model-requests.ts';
import { projectRequests } from './requests/project-requests.ts';
import { resultRequests } from './requests/result-requests.ts';
import { reviewRequests } from './requests/review-requests.ts';
import { segmentRequests } from './requests/segment-requests.ts';
import { trainingRequests } from './requests/training-requests.ts';

/** All requests of a window to its host: name → schema of the params, type of the result. */
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
/** The params after validation. */
export type CheckedParams<Name extends RequestName> = z.output<(typeof requests)[Name]['params']>;
export type RequestResult<Name extends RequestName> =
  (typeof requests)[Name] extends RequestSpec<z.ZodType, infer Result, RequestProcess> ? Result : never;
/** The requests that are answered in a process. */
export type RequestsOf<Process extends RequestProcess> = {
  [Name in RequestName]: (typeof requests)[Name]['process'] extends Process ? Name : never;
}[RequestName];

/** Requests that edit the annotation of one image and carry the id of the edit. */
export type EditName = {
  [Name in RequestName]: RequestParams<Name> extends { image: string; edit: string } ? Name : never;
}[RequestName];

/** Whether a string names a request of the contract. */
export function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(requests, name);
}

/** The effect of a request on its project. */
export function effectOf(name: RequestName): RequestEffect {
  return requests[name].effect;
}

/** Whether a request is answered in this process. */
export function isAnsweredIn<Process extends RequestProcess>(
  name: RequestName,
  process: Process,
): name is RequestsOf<Process> {
  return requests[name].process === process;
}
