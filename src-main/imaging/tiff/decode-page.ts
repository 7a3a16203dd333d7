import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { LacssError } from '../../contract/errors.ts';
import type { PixelArray } from '../../contract/pixels.ts';
import { decompressBlock } from './decompress-block.ts';
import { blockRowBytes, storedRows, type PageLayout } from './page-layout.ts';
import { damagedTiff } from './refusals.ts';
import { allocateSamples, unpackSamples } from './unpack-samples.ts';

/** Bytes after which other work gets its turn: some 10 ms of decoding. */
const bytesBetweenYields = 1 << 22;

/**
 * Decodes one page. Every strip or tile must be there and complete: nothing is ever filled in.
 *
 * @returns one array of height × width a sample.
 * @throws LacssError `file-damaged` naming the strip or tile that does not decode; `cancelled`.
 */
export async function decodePage(
  layout: PageLayout,
  bytes: Uint8Array,
  fileName: string,
  signal?: AbortSignal,
): Promise<PixelArray[]> {
  const { height, width, samples, separate, blockHeight, blockWidth, page } = layout;
  const planes = Array.from({ length: samples }, () => allocateSamples(layout, height * width));
  const across = Math.ceil(width / blockWidth);
  const down = Math.ceil(height / blockHeight);
  const rowBytes = blockRowBytes(layout);
  let sinceYield = 0;
  for (let i = 0; i < layout.blocks.length; i++) {
    if (signal?.aborted)
      throw new LacssError('cancelled', `Reading ${fileName} was stopped.`, { subject: fileName });
    const column = i % across;
    const row = Math.floor(i / across) % down;
    const plane = Math.floor(i / (across * down));
    const rows = storedRows(layout, row);
    const { start, end } = layout.blocks[i]!;
    try {
      const data = await decompressBlock(layout, bytes.subarray(start, end), rows, rows * rowBytes);
      const values = unpackSamples(ownBuffer(data), layout, rows);
      const targets = separate ? [planes[plane]!] : planes;
      copyBlock(values, blockWidth, targets, height, width, row * blockHeight, column * blockWidth);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const name = layout.tiled ? 'tile' : 'strip';
      throw damagedTiff(fileName, `${name} ${i + 1} of page ${page} does not decode (${reason})`, cause);
    }
    sinceYield += rows * rowBytes;
    if (sinceYield > bytesBetweenYields) {
      sinceYield = 0;
      await yieldToEventLoop();
    }
  }
  return planes;
}

/** The bytes in a buffer of their own, aligned for every number type. */
function ownBuffer(data: Uint8Array): Uint8Array {
  return data.byteOffset % 8 === 0 ? data : data.slice();
}

/** Puts a block of samples, side by side in each pixel, at (y0, x0) of the planes; what hangs over the edge is dropped. */
function copyBlock(
  values: PixelArray,
  blockWidth: number,
  planes: readonly PixelArray[],
  height: number,
  width: number,
  y0: number,
  x0: number,
): void {
  const samples = planes.length;
  const perRow = blockWidth * samples;
  const columns = Math.min(blockWidth, width - x0);
  const rows = Math.min(values.length / perRow, height - y0);
  const bits = bitsOf(values);
  for (let s = 0; s < samples; s++) {
    const plane = bitsOf(planes[s]!);
    for (let y = 0; y < rows; y++) {
      const to = (y0 + y) * width + x0;
      const from = y * perRow + s;
      if (samples === 1) plane.set(bits.subarray(from, from + columns), to);
      else takeEvery(samples, bits, from, plane, to, columns);
    }
  }
}

type Bits = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** The same memory as numbers of one kind a width: among eight kinds of array the inner loop would run ten times slower. */
function bitsOf({ buffer, byteOffset, length, BYTES_PER_ELEMENT }: PixelArray): Bits {
  switch (BYTES_PER_ELEMENT) {
    case 1:
      return new Uint8Array(buffer, byteOffset, length);
    case 2:
      return new Uint16Array(buffer, byteOffset, length);
    case 4:
      return new Uint32Array(buffer, byteOffset, length);
    default:
      return new Float64Array(buffer, byteOffset, length);
  }
}

function takeEvery(step: number, values: Bits, from: number, plane: Bits, to: number, count: number): void {
  for (const end = to + count; to < end; to++, from += step) plane[to] = values[from]!;
}
