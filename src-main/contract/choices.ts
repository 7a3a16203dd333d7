/** The lists a person chooses from. Files, messages, command line and window read them here. */

/** The networks, from the smallest to the paper's. */
export const presetNames = ['tiny', 'small', 'paper'] as const;
export type PresetName = (typeof presetNames)[number];

/** The network of a training, unless a person chooses another. */
export const defaultPreset: PresetName = 'small';

/**
 * How a model is trained and used. `published`: as the paper describes it. `improved`: with this program's
 * additions. `docs/accuracy.md` has the gain of each addition.
 */
export const methodNames = ['improved', 'published'] as const;
export type MethodName = (typeof methodNames)[number];

/**
 * What tells a training which pixels belong to cells: the picked foregrounds, or nothing but the points
 * (`none`).
 */
export const foregroundUses = ['picked', 'none'] as const;
export type ForegroundUse = (typeof foregroundUses)[number];

/** The compute engines. */
export const engineNames = ['onnx', 'webgpu', 'tensorflow', 'cpu'] as const;
export type EngineName = (typeof engineNames)[number];

/** The engines a person can choose. `auto` takes the fastest that passes its self-test. */
export const engineChoices = ['auto', ...engineNames] as const;
export type EngineChoice = (typeof engineChoices)[number];

/** The formats of an export, as the command line and the window name them. */
export const exportFormats = {
  'label-tiff': { name: 'Label image', extension: '.tif', hint: 'For every image program' },
  'imagej-rois': { name: 'ImageJ ROIs', extension: '.zip', hint: 'For ImageJ and Fiji' },
  geojson: { name: 'GeoJSON', extension: '.geojson', hint: 'For QuPath' },
  coco: { name: 'COCO', extension: '.json', hint: 'All images in one file, for training other networks' },
  csv: { name: 'Measurements', extension: '.csv', hint: 'For spreadsheets and statistics' },
  'overlay-png': { name: 'Image with outlines', extension: '.png', hint: 'For slides and papers' },
  'locations-csv': { name: 'Points', extension: '.csv', hint: 'One point per cell, as y,x' },
} as const;
export type ExportFormat = keyof typeof exportFormats;
export const exportFormatNames = Object.keys(exportFormats) as readonly ExportFormat[];
