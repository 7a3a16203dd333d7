import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExportFormat } from '../../contract/requests/results.ts';
import type { Handlers } from '../call.ts';
import type { HostServices } from '../host-services.ts';

/** Requests that the imaging process answers as they are. */
const forwarded = [
  'images.display',
  'images.change',
  'images.remove',
  'labels.read',
  'foreground.candidates',
  'foreground.prefetch',
  'foreground.read',
  'foreground.pick',
  'foreground.preview',
  'foreground.range',
  'foreground.paint',
  'foreground.acceptGuesses',
  'locations.read',
  'locations.preview',
  'locations.useProjectSettings',
  'locations.edit',
  'history.undo',
  'history.redo',
  'training.plan',
  'models.list',
  'models.read',
  'review.read',
  'review.mark',
  'review.counts',
  'review.saveSettings',
  'results.evaluate',
  'results.cells',
] as const;
type Forwarded = (typeof forwarded)[number];

/** Requests that the host has something to do with before or after. */
type Handled =
  | 'images.inspect'
  | 'images.add'
  | 'images.attachLabels'
  | 'images.restore'
  | 'foreground.saveSettings'
  | 'locations.find'
  | 'locations.import'
  | 'models.rename'
  | 'models.delete'
  | 'models.export'
  | 'models.import'
  | 'export.formats'
  | 'export.run';

const exportFormats: ExportFormat[] = [
  { id: 'label-tiff', name: 'Label image', extension: '.tif', hint: 'Every image program' },
  { id: 'imagej-rois', name: 'ImageJ regions', extension: '.zip', hint: 'ImageJ and Fiji' },
  { id: 'geojson', name: 'GeoJSON', extension: '.geojson', hint: 'QuPath' },
  { id: 'coco', name: 'COCO', extension: '.json', hint: 'Training other networks' },
  { id: 'csv', name: 'Measurements', extension: '.csv', hint: 'Spreadsheets and statistics' },
  { id: 'overlay-png', name: 'Picture with outlines', extension: '.png', hint: 'Slides and papers' },
  { id: 'locations-csv', name: 'Locations', extension: '.csv', hint: 'Points y, x of the cells' },
];

/** Requests for the imaging process: pixels, annotations, the project's files. */
export function imagingHandlers(host: HostServices): Handlers<Forwarded | Handled> {
  const { grants } = host;
  const handled: Handlers<Handled> = {
    'images.inspect': ({ paths, ...params }, call) =>
      host.runImaging(
        'images.inspect',
        { ...params, paths: paths.map((path) => grants.require(path)) },
        call,
      ),
    'images.add': ({ paths, ...params }, call) =>
      host.runImaging('images.add', { ...params, paths: paths.map((path) => grants.require(path)) }, call, {
        dropped: join(tmpdir(), droppedPrefix),
      }),
    'images.attachLabels': ({ path, ...params }, call) =>
      host.runImaging('images.attachLabels', { ...params, path: grants.require(path) }, call),
    'images.restore': async (params, call) => {
      await host.runImaging('images.restore', params, call);
      // They are back where they stood, which only the whole list tells.
      host.tellProjectChanged(host.projects.get(params.project));
      return null;
    },
    'foreground.saveSettings': async (params, call) => {
      await host.runImaging('foreground.saveSettings', params, call);
      host.tellProjectChanged(host.projects.get(params.project));
      return null;
    },
    'locations.find': async (params, call) => {
      const result = await host.runImaging('locations.find', params, call);
      if (params.settings !== undefined) host.tellProjectChanged(host.projects.get(params.project));
      return result;
    },
    'locations.import': ({ path, ...params }, call) =>
      host.runImaging('locations.import', { ...params, path: grants.require(path) }, call),
    'models.rename': async (params, call) => {
      const models = await host.runImaging('models.rename', params, call);
      host.emit('models.changed', { project: params.project });
      return models;
    },
    'models.delete': async (params, call) => {
      const models = await host.runImaging('models.delete', params, call);
      host.emit('models.changed', { project: params.project });
      return models;
    },
    'models.export': ({ path, ...params }, call) =>
      host.runImaging('models.export', { ...params, path: grants.require(path) }, call),
    'models.import': async ({ path, ...params }, call) => {
      const model = await host.runImaging('models.import', { ...params, path: grants.require(path) }, call);
      host.emit('models.changed', { project: params.project });
      return model;
    },
    'export.formats': () => exportFormats,
    'export.run': ({ folder, ...params }, call) =>
      host.runImaging(
        'export.run',
        { ...params, ...(folder === undefined ? {} : { folder: grants.require(folder) }) },
        call,
      ),
  };
  const passed = forwarded.map((name) => [
    name,
    (params: never, call: never) => host.runImaging(name, params, call),
  ]);
  return { ...(Object.fromEntries(passed) as Handlers<Forwarded>), ...handled };
}

/** How the folders of files dropped in a browser are called, below the system's folder for temporary files. */
export const droppedPrefix = 'lacss-dropped-';
