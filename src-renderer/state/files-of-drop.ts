import { LacssError } from '../../src-main/contract/errors.ts';

/**
 * The dropped files, and the files of the wanted kind in dropped folders and below. A browser tells which
 * entries are folders only during the drop event, so this part runs synchronously.
 * @throws LacssError `no-images`
 */
export function filesOfDrop(transfer: DataTransfer, isWanted: (name: string) => boolean): Promise<File[]> {
  const dropped = [...transfer.items].flatMap((item) => {
    const entry = item.webkitGetAsEntry();
    if (entry?.isDirectory === true) return [filesIn(entry as FileSystemDirectoryEntry, isWanted)];
    const file = item.getAsFile();
    return file ? [Promise.resolve([file])] : [];
  });
  return Promise.all(dropped).then((lists) => {
    const files = lists.flat();
    if (files.length > 0) return files;
    const message = 'The dropped files and folders contain no TIFF or PNG images.';
    const remedy = 'Drop .tif, .tiff or .png files, or a folder that contains some.';
    throw new LacssError('no-images', message, { remedy });
  });
}

async function filesIn(
  folder: FileSystemDirectoryEntry,
  isWanted: (name: string) => boolean,
): Promise<File[]> {
  const reader = folder.createReader();
  const found: File[] = [];
  // A reader returns a hundred entries at a time, and none at the end.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (entries.length === 0) return found;
    for (const entry of entries) {
      if (entry.isDirectory) found.push(...(await filesIn(entry as FileSystemDirectoryEntry, isWanted)));
      else if (isWanted(entry.name)) found.push(await fileOf(entry as FileSystemFileEntry));
    }
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
