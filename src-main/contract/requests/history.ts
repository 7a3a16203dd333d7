import type { ImageSummary } from './images.ts';
import { ofImage } from '../fields.ts';
import { request } from '../request.ts';

/** What an undo or redo did; which parts of the image to read again follows from `touched`. */
export interface HistoryStep {
  /** `Pick candidate 3`; null when there was nothing to do. */
  done: string | null;
  touched: ('foreground' | 'locations' | 'review')[];
  image: ImageSummary;
}

/** Undo and redo belong to one image, and survive a restart. */
export const historyRequests = {
  'history.undo': request(ofImage, { effect: 'change', process: 'imaging' }).returns<HistoryStep>(),
  'history.redo': request(ofImage, { effect: 'change', process: 'imaging' }).returns<HistoryStep>(),
};
