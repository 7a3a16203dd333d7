/** The parts of packages without types that this room uses. */

declare module 'utif' {
  /** A directory to write: its tags as `t256`, in rising order. */
  export type Directory = Readonly<Record<`t${number}`, readonly number[] | readonly [string]>>;
  /** The field type that each tag is written with. */
  export const ttypes: Record<number, number>;
  /** A big-endian TIFF of directories alone; what exceeds 20 000 bytes is lost. */
  export function encode(directories: readonly Directory[]): ArrayBuffer;

  export interface Page {
    /** Once decoded: the samples' bytes. */
    data: Uint8Array;
  }
  export function decode(buffer: ArrayBuffer): Page[];
  export function decodeImage(buffer: ArrayBuffer, page: Page): void;
}

declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  export interface JPEGDecoder {
    /** Room for a JPEG of so many bytes. */
    getEncodedBuffer(length: number): Uint8Array;
    readHeader(): void;
    decode(): void;
    getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number };
    /** The samples, side by side in each pixel, until the next call. */
    getDecodedBuffer(): Uint8Array;
    delete(): void;
  }
  export interface Codec {
    JPEGDecoder: new () => JPEGDecoder;
  }
  export default function openCodec(options: {
    print(text: string): void;
    printErr(text: string): void;
  }): Promise<Codec>;
}
