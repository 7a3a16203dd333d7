import { dialog } from 'electron';
import type { BrowserWindow, FileFilter, OpenDialogOptions } from 'electron';
import { cellFileEndings, imageFileEndings } from '../contract/cell-files.ts';
import type { ChoosePurpose } from '../contract/requests/host-requests.ts';

type Text = (english: string) => string;

const modelFilter = (text: Text): FileFilter => ({ name: text('LACSS model'), extensions: ['lacss'] });

/** The options of a dialog. */
function dialogOf(purpose: Exclude<ChoosePurpose, 'model-save'>, text: Text): OpenDialogOptions {
  const images: FileFilter = { name: text('Images'), extensions: [...imageFileEndings] };
  const dialogs: Record<typeof purpose, OpenDialogOptions> = {
    images: { title: text('Add images'), properties: ['openFile', 'multiSelections'], filters: [images] },
    'image-folder': {
      title: text('Add a folder of images'),
      properties: ['openDirectory', 'multiSelections'],
    },
    'open-project': { title: text('Open a project'), properties: ['openDirectory'] },
    'new-project': {
      title: text('Choose where to save the project'),
      properties: ['openDirectory', 'createDirectory'],
    },
    'locations-csv': {
      title: text('Choose a CSV file of points'),
      properties: ['openFile'],
      filters: [{ name: text('Table y,x'), extensions: ['csv'] }],
    },
    'label-image': { title: text('Choose a label image'), properties: ['openFile'], filters: [images] },
    'cell-files': {
      title: text('Choose files with cells'),
      properties: ['openFile', 'multiSelections'],
      filters: [{ name: text('Files with cells'), extensions: [...imageFileEndings, ...cellFileEndings] }],
    },
    'cell-folder': { title: text('Choose a folder of files with cells'), properties: ['openDirectory'] },
    'model-open': { title: text('Import a model'), properties: ['openFile'], filters: [modelFilter(text)] },
    'export-folder': {
      title: text('Choose where to save the files'),
      properties: ['openDirectory', 'createDirectory'],
    },
  };
  return dialogs[purpose];
}

/**
 * Opens the system's dialog. Returns the chosen paths, none after Cancel.
 * @param text translates a text of the dialog
 */
export async function choosePaths(
  window: BrowserWindow | null,
  text: Text,
  purpose: ChoosePurpose,
  suggestedName?: string,
): Promise<string[]> {
  if (purpose === 'model-save') {
    const options = {
      title: text('Choose where to save the model'),
      defaultPath: suggestedName ?? 'model.lacss',
      filters: [modelFilter(text)],
    };
    const { filePath } = await (window === null
      ? dialog.showSaveDialog(options)
      : dialog.showSaveDialog(window, options));
    return filePath === '' ? [] : [filePath];
  }
  const options = dialogOf(purpose, text);
  const { filePaths } = await (window === null
    ? dialog.showOpenDialog(options)
    : dialog.showOpenDialog(window, options));
  return filePaths;
}
