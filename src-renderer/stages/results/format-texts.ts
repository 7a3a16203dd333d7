import type { ExportFormat } from '../../../src-main/contract/choices.ts';
import { phrase } from '../../languages/phrase.ts';

/** The name of an export format and what it is for, in the language in use. The contract has the English. */
export function formatTexts(format: ExportFormat): { name: string; hint: string } {
  switch (format) {
    case 'label-tiff':
      return { name: 'Label image', hint: 'For every image program' };
    case 'imagej-rois':
      return { name: 'ImageJ ROIs', hint: 'For ImageJ and Fiji' };
    case 'geojson':
      return { name: 'GeoJSON', hint: 'For QuPath' };
    case 'coco':
      return { name: phrase('COCO'), hint: 'All images in one file, for training other networks' };
    case 'csv':
      return { name: 'Measurements', hint: 'For spreadsheets and statistics' };
    case 'overlay-png':
      return { name: 'Image with outlines', hint: 'For slides and papers' };
    case 'locations-csv':
      return { name: 'Points', hint: 'One point per cell, as y,x' };
  }
}
