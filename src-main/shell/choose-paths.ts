import { dialog } from 'electron';
import type { BrowserWindow, FileFilter, OpenDialogOptions } from 'electron';
import { cellFileEndings, imageFileEndings } from '../contract/cell-files.ts';
import type { ChoosePurpose } from '../contract/requests/host-requests.ts';

const images: FileFilter = { name: 'Images', extensions: [...imageFileEndings] };
const models: FileFilter = { name: 'LACSS model', extensions: ['lacss'] };

/** The options of each dialog. */
const dialogs: Record<Exclude<ChoosePurpose, 'model-save'>, OpenDialogOptions> = {
  images: { title: 'Add images', properties: ['openFile', 'multiSelections'], filters: [images] },
  'image-folder': { title: 'Add a folder of images', properties: ['openDirectory', 'multiSelections'] },
  'open-project': { title: 'Open a project', properties: ['openDirectory'] },
  'new-project': {
    title: 'Choose where to save the project',
    properties: ['openDirectory', 'createDirectory'],
  },
  'locations-csv': {
    title: 'Choose a CSV file of points',
    properties: ['openFile'],
    filters: [{ name: 'Table y,x', extensions: ['csv'] }],
  },
  'label-image': { title: 'Choose a label image', properties: ['openFile'], filters: [images] },
  'cell-files': {
    title: 'Choose files with cells',
    properties: ['openFile', 'multiSelections'],
    filters: [{ name: 'Files with cells', extensions: [...imageFileEndings, ...cellFileEndings] }],
  },
  'cell-folder': { title: 'Choose a folder of files with cells', properties: ['openDirectory'] },
  'model-open': { title: 'Import a model', properties: ['openFile'], filters: [models] },
  'export-folder': {
    title: 'Choose where to save the files',
    properties: ['openDirectory', 'createDirectory'],
  },
};

/** Opens the system's dialog. Returns the chosen paths, none after Cancel. */
export async function choosePaths(
  window: BrowserWindow | null,
  purpose: ChoosePurpose,
  suggestedName?: string,
): Promise<string[]> {
  if (purpose === 'model-save') {
    const options = {
      title: 'Choose where to save the model',
      defaultPath: suggestedName ?? 'model.lacss',
      filters: [models],
    };
    const { filePath } = await (window === null
      ? dialog.showSaveDialog(options)
      : dialog.showSaveDialog(window, options));
    return filePath === '' ? [] : [filePath];
  }
  const options = dialogs[purpose];
  const { filePaths } = await (window === null
    ? dialog.showOpenDialog(options)
    : dialog.showOpenDialog(window, options));
  return filePaths;
}
