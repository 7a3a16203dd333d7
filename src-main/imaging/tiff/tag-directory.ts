import { damagedTiff } from './refusals.ts';
import { fieldBytes, Tag } from './tags.ts';
import type { RandomAccess } from '../source/random-access.ts';

/** One entry of a directory. */
export interface Field {
  type: number;
  count: number;
  /** The values if they fit into the entry; otherwise their position in the file. */
  place: DataView | number;
}

/** Largest size of a tag's values: 16 million strips. */
const mostValueBytes = 2 ** 28;
const readTags: ReadonlySet<number> = new Set(Object.values(Tag));

/**
 * One page's tags. Short values are known at once; {@link load} reads the others. Every read is checked to be
 * within the file.
 */
export class TagDirectory {
  readonly #fields: ReadonlyMap<number, Field>;
  readonly #source: RandomAccess;
  readonly #fileName: string;
  readonly #loaded = new Map<number, DataView>();
  readonly littleEndian: boolean;
  /** Counted from 1, for messages. */
  readonly page: number;

  constructor(
    source: RandomAccess,
    littleEndian: boolean,
    fields: ReadonlyMap<number, Field>,
    page: number,
    fileName: string,
  ) {
    this.#source = source;
    this.#fields = fields;
    this.#fileName = fileName;
    this.littleEndian = littleEndian;
    this.page = page;
  }

  /**
   * Reads the values of tags. Values outside the file cause an error only when requested.
   *
   * @param tags @default all that are used
   * @returns the directory itself.
   */
  async load(tags: ReadonlySet<number> = readTags): Promise<this> {
    for (const [tag, field] of this.#fields) {
      if (!tags.has(tag) || typeof field.place !== 'number' || this.#loaded.has(tag)) continue;
      if (!this.#isWithinFile(field)) continue;
      const bytes = await this.#source.read(field.place, (fieldBytes[field.type] ?? 1) * field.count);
      this.#loaded.set(tag, viewOf(bytes));
    }
    return this;
  }

  /**
   * Drops the values that {@link load} has read. Otherwise a stack of many pages keeps the positions of all
   * its strips.
   */
  unload(): void {
    if (this.page > 1) this.#loaded.clear();
  }

  has(tag: number): boolean {
    return this.#fields.has(tag);
  }

  /** Number of values of a tag; 0 if it is absent. */
  count(tag: number): number {
    return this.#fields.get(tag)?.count ?? 0;
  }

  /**
   * All values of a tag, rationals as quotients, 64-bit integers as numbers; `undefined` if the tag is
   * absent.
   *
   * @throws LacssError `file-damaged` if the values are outside the file or have an unknown type.
   */
  numbers(tag: number): number[] | undefined {
    const field = this.#fields.get(tag);
    if (field === undefined) return undefined;
    const view = this.#view(tag, field);
    const size = fieldBytes[field.type] ?? 0; // `#view` refuses unknown types
    return Array.from({ length: field.count }, (_, i) => this.#value(view, field.type, i * size));
  }

  /** The first value of a tag, or `otherwise` if the tag is absent or empty. */
  number(tag: number, otherwise: number): number {
    const field = this.#fields.get(tag);
    if (field === undefined || field.count === 0) return otherwise;
    return this.#value(this.#view(tag, field), field.type, 0);
  }

  /** The same for tags that do not affect the pixels: broken ones count as absent. */
  numberIfSound(tag: number, otherwise: number): number {
    const field = this.#fields.get(tag);
    return field !== undefined && this.#isWithinFile(field) ? this.number(tag, otherwise) : otherwise;
  }

  /** The tag's bytes as in the file; `undefined` if the tag is absent. */
  bytes(tag: number): Uint8Array | undefined {
    const field = this.#fields.get(tag);
    if (field === undefined) return undefined;
    const { buffer, byteOffset, byteLength } = this.#view(tag, field);
    return new Uint8Array(buffer, byteOffset, byteLength);
  }

  /** A text tag up to its terminating zero: UTF-8, or Latin-1 if it is not valid UTF-8. */
  text(tag: number): string | undefined {
    const bytes = this.bytes(tag);
    if (bytes === undefined) return undefined;
    const end = bytes.indexOf(0);
    const used = end < 0 ? bytes : bytes.subarray(0, end);
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(used);
    } catch {
      return new TextDecoder('latin1').decode(used);
    }
  }

  /** The same for tags that do not affect the pixels: broken ones count as absent. */
  textIfSound(tag: number): string | undefined {
    const field = this.#fields.get(tag);
    return field !== undefined && this.#isWithinFile(field) ? this.text(tag) : undefined;
  }

  #isWithinFile({ type, count, place }: Field): boolean {
    const size = fieldBytes[type];
    if (size === undefined) return false;
    if (typeof place !== 'number') return true;
    return size * count <= mostValueBytes && place + size * count <= this.#source.size;
  }

  /** The bytes of a tag's values. */
  #view(tag: number, field: Field): DataView {
    const size = fieldBytes[field.type];
    if (size === undefined) {
      throw damagedTiff(this.#fileName, `tag ${tag} of page ${this.page} has the unknown type ${field.type}`);
    }
    if (!this.#isWithinFile(field)) {
      throw damagedTiff(this.#fileName, `the values of tag ${tag} of page ${this.page} are outside the file`);
    }
    const view = typeof field.place === 'number' ? this.#loaded.get(tag) : field.place;
    if (view === undefined) throw new TypeError(`tag ${tag} of page ${this.page}; expected load() before`);
    return new DataView(view.buffer, view.byteOffset, size * field.count);
  }

  #value(view: DataView, type: number, at: number): number {
    const little = this.littleEndian;
    switch (type) {
      case 3:
        return view.getUint16(at, little);
      case 4:
      case 13:
        return view.getUint32(at, little);
      case 5:
        return view.getUint32(at, little) / view.getUint32(at + 4, little);
      case 6:
        return view.getInt8(at);
      case 8:
        return view.getInt16(at, little);
      case 9:
        return view.getInt32(at, little);
      case 10:
        return view.getInt32(at, little) / view.getInt32(at + 4, little);
      case 11:
        return view.getFloat32(at, little);
      case 12:
        return view.getFloat64(at, little);
      case 16:
      case 18:
        return Number(view.getBigUint64(at, little));
      case 17:
        return Number(view.getBigInt64(at, little));
      default:
        return view.getUint8(at);
    }
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
