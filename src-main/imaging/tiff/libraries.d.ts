/** The parts of packages without types that this room uses. */

declare module 'utif' {
  /** A directory to write: its tags as `t256`, in rising order. */
  export type Directory = Readonly<Record<`t${number}`, readonly number[] | readonly [string]>>;
  export interface Page {
    /** Once decoded: the samples' bytes. */
    data: Uint8Array;
  }
  /** The package is CommonJS and builds its exports as it runs: node finds its default export alone. */
  const utif: {
    /** The field type that each tag is written with. */
    ttypes: Record<number, number>;
    /** A big-endian TIFF of directories alone; what exceeds 20 000 bytes is lost. */
    encode(directories: readonly Directory[]): ArrayBuffer;
    decode(buffer: ArrayBuffer): Page[];
    decodeImage(buffer: ArrayBuffer, page: Page): void;
  };
  export default utif;
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
