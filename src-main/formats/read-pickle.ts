import { itemAt } from '../contract/elements.ts';
import { LacssError } from '../contract/errors.ts';
import { BrokenPickle, PickleBytes } from './pickle-bytes.ts';

/** A class or a function that a pickle names. The reader keeps only the name, and calls nothing. */
class PickledName {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** The type of an array's numbers, such as `u2`; `order` is `<`, `>` or `|`. */
class PickledType {
  readonly code: string;
  order = '<';
  constructor(code: string) {
    this.code = code;
  }
}

/** A numpy array: its bytes, or a list of objects. */
export class PickledArray {
  shape: readonly number[] = [];
  type: PickledType | null = null;
  isFortran = false;
  data: Uint8Array | readonly Pickled[] = new Uint8Array();
}

export type Pickled =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickledName
  | PickledType
  | PickledArray
  | Pickled[]
  | Map<Pickled, Pickled>;

/** The most axes of a numpy array. */
const mostAxes = 64;
/** Longer names are cut in messages. */
const longestName = 80;
const encodeName = '_codecs.encode';

/** The functions behind the names in a pickle of numpy. The reader refuses every other name. */
const makers: Readonly<Record<string, (args: readonly Pickled[]) => Pickled>> = {
  'numpy.core.multiarray._reconstruct': () => new PickledArray(),
  'numpy._core.multiarray._reconstruct': () => new PickledArray(),
  'numpy.dtype': ([code]) => new PickledType(typeof code === 'string' ? code : ''),
  // A single number. The program does not use it.
  'numpy.core.multiarray.scalar': () => null,
  'numpy._core.multiarray.scalar': () => null,
  // Protocol 3 has no instruction for sets.
  'builtins.set': ([items]) => (Array.isArray(items) ? items : []),
  // Python 3 writes bytes for Python 2 like this: each character is one byte.
  [encodeName]: ([text]) => bytesOf(typeof text === 'string' ? text : ''),
};
const knownNames = new Set([...Object.keys(makers), 'numpy.ndarray']);

function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Marks the start of a group of values on the stack. */
const mark = Symbol('mark');

/**
 * Reads a Python pickle of plain values and numpy arrays. It runs no code of the file. Each instruction
 * builds a value of this program, and a table lists the few allowed names of numpy. The reader refuses every
 * other name.
 *
 * @param bytes the pickle, protocols 2 to 5; bytes of arrays are views of it.
 * @throws LacssError `file-unsupported` for other names and instructions, `file-damaged` if it is incomplete.
 * @see https://docs.python.org/3/library/pickletools.html, Python 3.12, for the instructions.
 */
export function readPickle(bytes: Uint8Array, fileName: string): Pickled {
  try {
    return new PickleReader(bytes, fileName).read();
  } catch (error) {
    if (!(error instanceof BrokenPickle) && !(error instanceof RangeError)) throw error;
    throw new LacssError('file-damaged', `${fileName} is incomplete: ${error.message}.`, {
      subject: fileName,
      remedy: 'Save it again in the program that made it.',
      cause: error,
    });
  }
}

class PickleReader {
  readonly #bytes: PickleBytes;
  readonly #fileName: string;
  readonly #text = new TextDecoder();
  readonly #stack: (Pickled | typeof mark)[] = [];
  readonly #memo: Pickled[] = [];
  /** Characters that may still be encoded. A file has each text once, so they are no more than its bytes. */
  #encodable: number;

  constructor(bytes: Uint8Array, fileName: string) {
    this.#bytes = new PickleBytes(bytes);
    this.#fileName = fileName;
    this.#encodable = bytes.length;
  }

  read(): Pickled {
    for (;;) {
      const code = this.#bytes.number(1);
      if (code === 0x2e) return this.#pop();
      this.#run(code);
    }
  }

  #run(code: number): void {
    const stack = this.#stack;
    switch (code) {
      case 0x80: // PROTO
        this.#bytes.take(1);
        return;
      case 0x95: // FRAME: its length says nothing that the instructions do not say.
        this.#bytes.take(8);
        return;
      case 0x28: // MARK
        stack.push(mark);
        return;
      case 0x30: // POP
        this.#popAny();
        return;
      case 0x31: // POP_MARK
        this.#popGroup();
        return;
      case 0x4e: // NONE
        stack.push(null);
        return;
      case 0x88: // NEWTRUE
      case 0x89: // NEWFALSE
        stack.push(code === 0x88);
        return;
      case 0x4a: // BININT
        stack.push(this.#bytes.int32());
        return;
      case 0x4b: // BININT1
        stack.push(this.#bytes.number(1));
        return;
      case 0x4d: // BININT2
        stack.push(this.#bytes.number(2));
        return;
      case 0x8a: // LONG1
        stack.push(this.#bytes.long(this.#bytes.number(1)));
        return;
      case 0x47: // BINFLOAT
        stack.push(this.#bytes.float64());
        return;
      case 0x8c: // SHORT_BINUNICODE
        stack.push(this.#bytes.string(1));
        return;
      case 0x58: // BINUNICODE
        stack.push(this.#bytes.string(4));
        return;
      case 0x8d: // BINUNICODE8
        stack.push(this.#bytes.string(8));
        return;
      case 0x43: // SHORT_BINBYTES
      case 0x55: // SHORT_BINSTRING
        stack.push(this.#bytes.take(this.#bytes.number(1)));
        return;
      case 0x42: // BINBYTES
      case 0x54: // BINSTRING
        stack.push(this.#bytes.take(this.#bytes.number(4)));
        return;
      case 0x8e: // BINBYTES8
      case 0x96: // BYTEARRAY8
        stack.push(this.#bytes.take(this.#bytes.number(8)));
        return;
      case 0x5d: // EMPTY_LIST
      case 0x29: // EMPTY_TUPLE
      case 0x8f: // EMPTY_SET
        stack.push([]);
        return;
      case 0x7d: // EMPTY_DICT
        stack.push(new Map());
        return;
      case 0x61: // APPEND
        this.#append([this.#pop()]);
        return;
      case 0x65: // APPENDS
      case 0x90: // ADDITEMS
        this.#append(this.#popGroup());
        return;
      case 0x6c: // LIST
      case 0x74: // TUPLE
      case 0x91: // FROZENSET
        stack.push(this.#popGroup());
        return;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        stack.push(Array.from({ length: code - 0x84 }, () => this.#pop()).reverse());
        return;
      case 0x64: // DICT
        stack.push(new Map());
        this.#setItems(this.#popBelowTop());
        return;
      case 0x73: {
        // SETITEM
        const value = this.#pop();
        this.#setItems([this.#pop(), value]);
        return;
      }
      case 0x75: // SETITEMS
        this.#setItems(this.#popGroup());
        return;
      case 0x71: // BINPUT
        this.#remember(this.#bytes.number(1));
        return;
      case 0x72: // LONG_BINPUT
        this.#remember(this.#bytes.number(4));
        return;
      case 0x94: // MEMOIZE
        this.#remember(this.#memo.length);
        return;
      case 0x68: // BINGET
        stack.push(this.#recall(this.#bytes.number(1)));
        return;
      case 0x6a: // LONG_BINGET
        stack.push(this.#recall(this.#bytes.number(4)));
        return;
      case 0x63: // GLOBAL
        stack.push(this.#named(this.#bytes.line(), this.#bytes.line()));
        return;
      case 0x93: {
        // STACK_GLOBAL
        const name = this.#pop();
        const module = this.#pop();
        stack.push(this.#named(module, name));
        return;
      }
      case 0x52: // REDUCE
        this.#reduce();
        return;
      case 0x62: // BUILD
        this.#build();
        return;
      default:
        throw this.#refused(`the instruction 0x${code.toString(16)}`);
    }
  }

  #reduce(): void {
    const args = this.#pop();
    const callee = this.#pop();
    const make = callee instanceof PickledName && Object.hasOwn(makers, callee.name) && makers[callee.name];
    if (!make || !Array.isArray(args)) throw new BrokenPickle('it calls something that is not a function');
    const [text] = args;
    if (callee.name === encodeName && typeof text === 'string') {
      // Otherwise a small file that repeats one text takes hours, or the whole memory.
      this.#encodable -= text.length;
      if (this.#encodable < 0) throw new BrokenPickle('it encodes more text than it has');
    }
    this.#stack.push(make(args));
  }

  /** Gives an array its shape and content, or a type its byte order. */
  #build(): void {
    const state = this.#pop();
    const target = this.#top();
    if (!Array.isArray(state)) throw new BrokenPickle('a state is not a tuple');
    if (target instanceof PickledType) {
      const [, order] = state;
      if (order === '<' || order === '>' || order === '|') target.order = order;
      else if (order instanceof Uint8Array) target.order = this.#text.decode(order);
      return;
    }
    if (!(target instanceof PickledArray)) throw new BrokenPickle('a state belongs to no array');
    const [, shape, type, isFortran, data] = state;
    if (!Array.isArray(shape) || shape.length > mostAxes || !(type instanceof PickledType))
      throw new BrokenPickle('an array has no shape');
    if (!(data instanceof Uint8Array) && !Array.isArray(data))
      throw new BrokenPickle('an array has no content');
    target.shape = shape.map((side) => {
      if (typeof side !== 'number') throw new BrokenPickle('a side of an array is no number');
      return side;
    });
    target.type = type;
    target.isFortran = isFortran === true;
    target.data = data;
  }

  #named(module: Pickled, name: Pickled): PickledName {
    if (typeof module !== 'string' || typeof name !== 'string') throw new BrokenPickle('a name is not text');
    const full = `${module}.${name}`;
    if (!knownNames.has(full)) {
      const shown = full.length > longestName ? `${full.slice(0, longestName)}…` : full;
      throw this.#refused(`“${shown}”`);
    }
    return new PickledName(full);
  }

  #refused(what: string): LacssError {
    return new LacssError(
      'file-unsupported',
      `${this.#fileName} contains ${what}, which the program does not read.`,
      {
        subject: this.#fileName,
        remedy:
          'For your safety, it reads only plain values and numpy arrays. Export the masks as TIFF or PNG.',
      },
    );
  }

  #append(items: readonly Pickled[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) throw new BrokenPickle('an entry belongs to no list');
    for (const item of items) list.push(item);
  }

  #setItems(items: readonly Pickled[]): void {
    const map = this.#top();
    if (!(map instanceof Map) || items.length % 2 === 1)
      throw new BrokenPickle('an entry belongs to no dict');
    for (let i = 0; i < items.length; i += 2) map.set(itemAt(items, i), itemAt(items, i + 1));
  }

  #popGroup(): Pickled[] {
    const start = this.#stack.lastIndexOf(mark);
    if (start < 0) throw new BrokenPickle('a group has no start');
    const [, ...items] = this.#stack.splice(start);
    return items as Pickled[];
  }

  /** The group below a value that was pushed after it. */
  #popBelowTop(): Pickled[] {
    const top = this.#pop();
    const items = this.#popGroup();
    this.#stack.push(top);
    return items;
  }

  #popAny(): Pickled | typeof mark {
    const value = this.#stack.pop();
    if (value === undefined) throw new BrokenPickle('a value is missing');
    return value;
  }

  #pop(): Pickled {
    const value = this.#popAny();
    if (value === mark) throw new BrokenPickle('a value is missing');
    return value;
  }

  #top(): Pickled {
    const value = this.#stack.at(-1);
    if (value === undefined || value === mark) throw new BrokenPickle('a value is missing');
    return value;
  }

  #remember(place: number): void {
    if (place > this.#bytes.length) throw new BrokenPickle('a number is too large');
    this.#memo[place] = this.#top();
  }

  #recall(place: number): Pickled {
    const value = this.#memo[place];
    if (value === undefined) throw new BrokenPickle('a value is missing');
    return value;
  }
}
