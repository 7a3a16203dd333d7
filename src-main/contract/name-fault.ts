/** Names that Windows keeps for devices, with any ending. */
const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)/i;
/** The longest file name, in bytes, that every common file system takes. */
const longestName = 255;

/** Why a text cannot be the name of a file or folder on some system; `null` if it can. */
export function nameFault(name: string): string | null {
  if (name === '') return 'it is empty';
  if (name === '.' || name === '..') return 'it means another folder';
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f-\u009f]/.test(name)) return 'it has a control character in it';
  const mark = /[/\\]/.exec(name);
  if (mark !== null) return `it has ${mark[0]} in it`;
  if (new TextEncoder().encode(name).length > longestName) return `it is longer than ${longestName} bytes`;
  return null;
}

/**
 * Why Windows could not open a file of this name; `null` if it can.
 * Source: Microsoft, "Naming Files, Paths, and Namespaces".
 */
export function windowsNameFault(name: string): string | null {
  if (/[. ]$/.test(name)) return 'it ends with a dot or a space';
  if (reserved.test(name)) return 'Windows keeps it for a device';
  return null;
}
