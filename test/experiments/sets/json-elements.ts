const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const openers = new Set([0x7b, 0x5b]);
const closers = new Set([0x7d, 0x5d]);

/**
 * The objects in one list of a JSON file, one after the other: the elements of `{"key": [{…}, {…}]}` or of
 * `{"key": {"1": {…}, "2": {…}}}`. The annotation files of LIVECell are larger than the longest string that
 * JavaScript can hold.
 *
 * @param chunks the bytes of the file
 */
export async function* elementsOf(chunks: AsyncIterable<Uint8Array>, key: string): AsyncGenerator<unknown> {
  let depth = 0;
  let inString = false;
  let isEscaped = false;
  /** The last string at the top level, and the key whose value is read now. */
  let text: number[] = [];
  let current = '';
  let pieces: Uint8Array[] | null = null;
  for await (const chunk of chunks) {
    let start = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!;
      if (inString) {
        if (isEscaped) isEscaped = false;
        else if (byte === backslash) isEscaped = true;
        else if (byte === quote) inString = false;
        if (depth === 1 && inString) text.push(byte);
      } else if (byte === quote) {
        inString = true;
        if (depth === 1) text = [];
      } else if (byte === colon && depth === 1) {
        current = Buffer.from(text).toString('utf8');
      } else if (openers.has(byte)) {
        if (depth === 2 && current === key) [pieces, start] = [[], i];
        depth++;
      } else if (closers.has(byte)) {
        depth--;
        if (depth === 2 && pieces !== null) {
          pieces.push(chunk.subarray(start, i + 1));
          yield JSON.parse(Buffer.concat(pieces).toString('utf8'));
          pieces = null;
        }
      }
    }
    pieces?.push(Uint8Array.from(chunk.subarray(start)));
  }
}
