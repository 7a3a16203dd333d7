/** The parts of untyped packages that this module uses. */

declare module 'utif' {
  /** A directory to write: its tags as `t256`, in ascending order. */
  export type WrittenDirectory = Readonly<Record<`t${number}`, readonly number[] | readonly [string]>>;
  export interface DecodedPage {
    /** After decoding: the samples' bytes. */
    data: Uint8Array;
  }
  /** The package is CommonJS with exports built at run time: Node finds only its default export. */
  const utif: {
    /** The field type of each tag. */
    ttypes: Record<number, number>;
    /** A big-endian TIFF with directories only; data beyond 20 000 bytes are lost. */
    encode(directories: readonly WrittenDirectory[]): ArrayBuffer;
    decode(buffer: ArrayBuffer): DecodedPage[];
    decodeImage(buffer: ArrayBuffer, page: DecodedPage): void;
  };
  export default utif;
}

declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  export interface JPEGDecoder {
    /** A buffer for a JPEG of this many bytes. */
    getEncodedBuffer(length: number): Uint8Array;
    readHeader(): void;
    decode(): void;
    getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number };
    /** The interleaved samples, valid until the next call. */
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
