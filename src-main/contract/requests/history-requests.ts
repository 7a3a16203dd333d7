import type { ImageSummary } from './image-requests.ts';
import { ofEdit } from '../fields.ts';
import { request } from '../request.ts';

/** The result of an undo or redo. `touched` lists the parts of the image to read again. */
export interface HistoryStep {
  /** `Pick candidate 3`; null if there was nothing to do, or if the request is a repetition. */
  done: string | null;
  touched: ('foreground' | 'locations' | 'review')[];
  image: ImageSummary;
}

/** Undo and redo belong to one image, and survive a restart. */
export const historyRequests = {
  'history.undo': request(ofEdit, { effect: 'change', process: 'imaging' }).returns<HistoryStep>(),
  'history.redo': request(ofEdit, { effect: 'change', process: 'imaging' }).returns<HistoryStep>(),
};
