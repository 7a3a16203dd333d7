import { LacssError } from '../../contract/errors.ts';
import { Directory } from './directory.ts';
import { damagedTiff } from './refusals.ts';
import { fieldBytes } from './tags.ts';

/** Byte order and offset size, by the first four bytes: `II*\0`, `MM\0*`, and BigTIFF's `II+\0`, `MM\0+`. */
function readSignature(view: DataView): { littleEndian: boolean; big: boolean } | null {
  if (view.byteLength < 8) return null;
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return null;
  const littleEndian = order === 0x4949;
  const version = view.getUint16(2, littleEndian);
  if (version !== 42 && version !== 43) return null;
  return { littleEndian, big: version === 43 };
}

/** Whether the bytes begin as a TIFF or BigTIFF does. */
export function isTiff(bytes: Uint8Array): boolean {
  return readSignature(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)) !== null;
}

/**
 * Walks the chain of image file directories, one a page, without touching a pixel. Never loops, and never reads
 * outside the file: a chain that bites its tail, or points outside, or claims more entries than the file has room for, is refused.
 *
 * Source: TIFF Revision 6.0, Adobe 1992, section 2; BigTIFF, https://www.awaresystems.be/imaging/tiff/bigtiff.html.
 *
 * @throws LacssError `file-unsupported` where the bytes are no TIFF, `file-damaged` where the chain is broken.
 */
export function readDirectories(bytes: Uint8Array, fileName: string): Directory[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const signature = readSignature(view);
  if (signature === null) {
    throw new LacssError('file-unsupported', `${fileName} is not a TIFF, whatever its name says.`, {
      subject: fileName,
      remedy: 'Add TIFF or PNG images.',
    });
  }
  const { littleEndian, big } = signature;
  const offsetBytes = big ? 8 : 4;
  const countBytes = big ? 8 : 2;
  const entryBytes = big ? 20 : 12;
  const readOffset = (at: number): number =>
    big ? Number(view.getBigUint64(at, littleEndian)) : view.getUint32(at, littleEndian);

  if (big && view.byteLength < 16) throw damagedTiff(fileName, 'it ends within its header');
  let next = readOffset(big ? 8 : 4);
  const visited = new Set<number>();
  const directories: Directory[] = [];
  let room = bytes.length;
  while (next !== 0) {
    const page = directories.length + 1;
    if (visited.has(next)) {
      throw damagedTiff(fileName, `after page ${page - 1} its list of pages turns back on itself`);
    }
    visited.add(next);
    if (next + countBytes > bytes.length) {
      throw damagedTiff(
        fileName,
        `page ${page} would start at byte ${next}, but the file ends at byte ${bytes.length}`,
      );
    }
    const entries = big ? Number(view.getBigUint64(next, littleEndian)) : view.getUint16(next, littleEndian);
    const first = next + countBytes;
    const end = first + entries * entryBytes;
    // Directories that do not overlap cannot together be larger than the file.
    room -= entries * entryBytes;
    if (entries === 0 || end > bytes.length || room < 0) {
      throw damagedTiff(fileName, `the list of tags of page ${page} is cut short`);
    }
    const fields = new Map<number, { type: number; count: number; offset: number }>();
    for (let at = first; at < end; at += entryBytes) {
      const type = view.getUint16(at + 2, littleEndian);
      const count = readOffset(at + 4);
      const inline = at + 4 + offsetBytes;
      const fits = (fieldBytes[type] ?? 1) * count <= offsetBytes;
      fields.set(view.getUint16(at, littleEndian), {
        type,
        count,
        offset: fits ? inline : readOffset(inline),
      });
    }
    directories.push(new Directory(view, littleEndian, fields, page, fileName));
    // Some writers end the file with the last directory and leave its terminating zero out.
    next = end + offsetBytes <= bytes.length ? readOffset(end) : 0;
  }
  if (directories.length === 0) throw damagedTiff(fileName, 'it holds no page');
  return directories;
}
