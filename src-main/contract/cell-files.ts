/** Endings of image files, which may be label images. */
export const imageFileEndings = ['tif', 'tiff', 'btf', 'tf2', 'tf8', 'png'] as const;
/** Endings of files with cells or points that are no images. */
export const cellFileEndings = ['zip', 'roi', 'geojson', 'json', 'npy', 'txt', 'csv'] as const;

/** Whether a file name is that of a file with cells or points, and not of an image. */
export function isCellFile(path: string): boolean {
  return hasEnding(path, cellFileEndings);
}

/** Whether cells can be imported from a file with this name. */
export function isImportable(path: string): boolean {
  return isCellFile(path) || hasEnding(path, imageFileEndings);
}

function hasEnding(path: string, endings: readonly string[]): boolean {
  const name = path.split(/[/\\]/).at(-1) ?? '';
  const ending = /^[^.].*\.([^.]+)$/.exec(name)?.[1]?.toLowerCase();
  return ending !== undefined && endings.includes(ending);
}
