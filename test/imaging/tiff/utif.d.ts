/** The part of utif that the tests use; the package brings no types. */
declare module 'utif' {
  interface Page {
    /** Once decoded: the samples' bytes. */
    data: Uint8Array;
  }
  export function decode(buffer: ArrayBuffer): Page[];
  export function decodeImage(buffer: ArrayBuffer, page: Page): void;
}
