import { LacssError } from '../../contract/errors.ts';
import { readAhead, type RandomAccess } from '../source/random-access.ts';
import { TagDirectory, type Field } from './tag-directory.ts';
import { damagedTiff } from './refusals.ts';
import { fieldBytes, Tag } from './tags.ts';

/** Byte order and offset size, by the first four bytes: `II*\0`, `MM\0*`, and BigTIFF's `II+\0`, `MM\0+`. */
function readSignature(start: Uint8Array): { littleEndian: boolean; big: boolean } | null {
  if (start.length < 8) return null;
  const view = viewOf(start);
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return null;
  const littleEndian = order === 0x4949;
  const version = view.getUint16(2, littleEndian);
  if (version !== 42 && version !== 43) return null;
  return { littleEndian, big: version === 43 };
}

/** Whether a file's first bytes, at least eight, are those of a TIFF or BigTIFF. */
export function isTiff(start: Uint8Array): boolean {
  return readSignature(start) !== null;
}

/** The pages of a file, and their smaller copies. */
export interface TiffDirectories {
  pages: TagDirectory[];
  /** The smaller copies of a page, which OME-TIFF stores in the page's SubIFDs (tag 330). */
  copiesOf(page: TagDirectory): Promise<TagDirectory[]>;
}

/**
 * Follows the chain of image file directories, one per page, without reading pixels. It never loops and never
 * reads outside the file. A chain with a loop, a position outside the file, or too many entries is an error.
 *
 * Source: TIFF Revision 6.0, Adobe 1992, section 2; BigTIFF,
 * https://www.awaresystems.be/imaging/tiff/bigtiff.html.
 *
 * @throws LacssError `file-unsupported` if the bytes are not a TIFF; `file-damaged` if the chain is broken.
 */
export async function readDirectories(file: RandomAccess, fileName: string): Promise<TiffDirectories> {
  const source = readAhead(file);
  const { size } = source;
  const start = await source.read(0, Math.min(16, size));
  const signature = readSignature(start);
  if (signature === null) {
    throw new LacssError('file-unsupported', `${fileName} is not a TIFF, despite its name.`, {
      subject: fileName,
      remedy: 'Add TIFF or PNG images.',
    });
  }
  const { littleEndian, big } = signature;
  const offsetBytes = big ? 8 : 4;
  const countBytes = big ? 8 : 2;
  const entryBytes = big ? 20 : 12;
  const offsetIn = (view: DataView, at: number): number =>
    big ? Number(view.getBigUint64(at, littleEndian)) : view.getUint32(at, littleEndian);

  if (big && size < 16) throw damagedTiff(fileName, 'it ends within its header');
  const visited = new Set<number>();
  let room = size;
  const pages = await walk(offsetIn(viewOf(start), big ? 8 : 4), 1);
  if (pages.length === 0) throw damagedTiff(fileName, 'it has no page');
  const known = new Map<TagDirectory, Promise<TagDirectory[]>>();
  return {
    pages,
    copiesOf: (page) => {
      const copies = known.get(page) ?? readCopies(page);
      known.set(page, copies);
      return copies;
    },
  };

  async function readCopies(page: TagDirectory): Promise<TagDirectory[]> {
    if (!page.has(Tag.SubIfds)) return [];
    const copies: TagDirectory[] = [];
    for (const place of (await page.load()).numbers(Tag.SubIfds) ?? []) {
      copies.push(...(await walk(place, page.page, 1)));
    }
    return copies;
  }

  /** The directories of a chain, at most `most`. */
  async function walk(first: number, firstPage: number, most = Infinity): Promise<TagDirectory[]> {
    const directories: TagDirectory[] = [];
    for (let at = first; at !== 0 && directories.length < most;) {
      const page = firstPage + directories.length;
      if (visited.has(at)) {
        throw damagedTiff(fileName, `after page ${page - 1} its list of pages contains a loop`);
      }
      visited.add(at);
      if (at + countBytes > size) {
        throw damagedTiff(
          fileName,
          `page ${page} would start at byte ${at}, but the file ends at byte ${size}`,
        );
      }
      const head = viewOf(await source.read(at, countBytes));
      const entries = big ? Number(head.getBigUint64(0, littleEndian)) : head.getUint16(0, littleEndian);
      const end = at + countBytes + entries * entryBytes;
      // Directories that do not overlap cannot together exceed the file's size.
      room -= entries * entryBytes;
      if (entries === 0 || end > size || room < 0) {
        throw damagedTiff(fileName, `the list of tags of page ${page} is incomplete`);
      }
      const list = viewOf((await source.read(at + countBytes, entries * entryBytes)).slice());
      directories.push(new TagDirectory(source, littleEndian, readFields(list), page, fileName));
      // Some writers end the file with the last directory and omit its terminating zero.
      at = end + offsetBytes <= size ? offsetIn(viewOf(await source.read(end, offsetBytes)), 0) : 0;
    }
    return directories;
  }

  function readFields(list: DataView): Map<number, Field> {
    const fields = new Map<number, Field>();
    for (let at = 0; at < list.byteLength; at += entryBytes) {
      const type = list.getUint16(at + 2, littleEndian);
      const count = offsetIn(list, at + 4);
      const inline = at + 4 + offsetBytes;
      const fits = (fieldBytes[type] ?? 1) * count <= offsetBytes;
      const place = fits
        ? new DataView(list.buffer, list.byteOffset + inline, offsetBytes)
        : offsetIn(list, inline);
      const tag = list.getUint16(at, littleEndian);
      const before = fields.get(tag);
      if (tag === Tag.ImageDescription && before !== undefined) fields.set(Tag.FirstDescription, before);
      fields.set(tag, { type, count, place });
    }
    return fields;
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
