import { damagedTiff } from './refusals.ts';
import { fieldBytes } from './tags.ts';

interface Field {
  type: number;
  count: number;
  /** Where the values start in the file; they are known to end within it. */
  offset: number;
}

/** One page's tags. Values are read when asked for, and every read is known to lie within the file. */
export class Directory {
  readonly #view: DataView;
  readonly #fields: ReadonlyMap<number, Field>;
  readonly #fileName: string;
  readonly littleEndian: boolean;
  /** Counted from 1, for messages. */
  readonly page: number;

  constructor(
    view: DataView,
    littleEndian: boolean,
    fields: ReadonlyMap<number, Field>,
    page: number,
    fileName: string,
  ) {
    this.#view = view;
    this.#fields = fields;
    this.#fileName = fileName;
    this.littleEndian = littleEndian;
    this.page = page;
  }

  has(tag: number): boolean {
    return this.#fields.has(tag);
  }

  /** How many values the tag holds; 0 where it is absent. */
  count(tag: number): number {
    return this.#fields.get(tag)?.count ?? 0;
  }

  /**
   * All values of a tag, rationals as quotients, 64-bit integers as numbers; `undefined` where the tag is absent.
   *
   * @throws LacssError `file-damaged` where the values lie outside the file or have an unknown type.
   */
  numbers(tag: number): number[] | undefined {
    const field = this.#fields.get(tag);
    if (field === undefined) return undefined;
    const size = this.#checkedSize(tag, field);
    const values = new Array<number>(field.count);
    for (let i = 0; i < field.count; i++) values[i] = this.#value(field.type, field.offset + i * size);
    return values;
  }

  /** The first value of a tag, or `otherwise` where the tag is absent or empty. */
  number(tag: number, otherwise: number): number {
    const field = this.#fields.get(tag);
    if (field === undefined || field.count === 0) return otherwise;
    this.#checkedSize(tag, field);
    return this.#value(field.type, field.offset);
  }

  /** The same for tags that the pixels do not depend on: broken ones count as absent. */
  numberIfSound(tag: number, otherwise: number): number {
    const field = this.#fields.get(tag);
    return field !== undefined && this.#isWithinFile(field) ? this.number(tag, otherwise) : otherwise;
  }

  /** The tag's bytes as they stand in the file; `undefined` where the tag is absent. */
  bytes(tag: number): Uint8Array | undefined {
    const field = this.#fields.get(tag);
    if (field === undefined) return undefined;
    const length = this.#checkedSize(tag, field) * field.count;
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + field.offset, length);
  }

  /** A text tag up to its terminating zero: UTF-8, or Latin-1 where it is not valid UTF-8. */
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

  #isWithinFile(field: Field): boolean {
    const size = fieldBytes[field.type];
    return size !== undefined && field.offset + size * field.count <= this.#view.byteLength;
  }

  #checkedSize(tag: number, field: Field): number {
    const size = fieldBytes[field.type];
    if (size === undefined) {
      throw damagedTiff(this.#fileName, `tag ${tag} of page ${this.page} has the unknown type ${field.type}`);
    }
    if (!this.#isWithinFile(field)) {
      throw damagedTiff(this.#fileName, `the values of tag ${tag} of page ${this.page} lie outside the file`);
    }
    return size;
  }

  #value(type: number, at: number): number {
    const view = this.#view;
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
