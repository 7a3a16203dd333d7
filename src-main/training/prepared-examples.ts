import { itemAt, numberAt } from '../contract/elements.ts';
import type { ExampleSource } from './example-source.ts';
import { prepareExample, type PreparedExample } from './prepare-example.ts';

/** Bytes of prepared images to keep: 100 images of 512² px with two channels. */
const keptBytes = 2 ** 28;

/** Examples ready to cut crops from. Those used last are kept in memory. */
export class PreparedExamples {
  readonly #sources: readonly ExampleSource[];
  readonly #scales: readonly number[];
  readonly #channels: number;
  readonly #kept = new Map<number, PreparedExample>();
  #bytes = 0;

  /** @param scales new size / old size, of each */
  constructor(sources: readonly ExampleSource[], scales: readonly number[], channels: number) {
    this.#sources = sources;
    this.#scales = scales;
    this.#channels = channels;
  }

  /** The longest side of any, px after rescaling. */
  get largestPx(): number {
    const sides = this.#sources.map(
      ({ height, width }, i) => Math.max(height, width) * numberAt(this.#scales, i),
    );
    return Math.max(1, ...sides.map((side) => Math.round(side)));
  }

  /** Reads and prepares an example, unless it is kept. @throws LacssError what reading throws */
  async get(index: number): Promise<PreparedExample> {
    const known = this.#kept.get(index);
    if (known !== undefined) {
      this.#kept.delete(index);
      this.#kept.set(index, known);
      return known;
    }
    const example = await itemAt(this.#sources, index).read();
    const prepared = prepareExample(example, this.#channels, numberAt(this.#scales, index));
    this.#kept.set(index, prepared);
    this.#bytes += bytesOf(prepared);
    for (const [oldest, { image, supervision }] of this.#kept) {
      if (this.#bytes <= keptBytes || oldest === index) break;
      this.#kept.delete(oldest);
      this.#bytes -= bytesOf({ image, supervision });
    }
    return prepared;
  }
}

function bytesOf({ image, supervision }: Pick<PreparedExample, 'image' | 'supervision'>): number {
  if (supervision.kind === 'points') return image.data.byteLength;
  const annotation = supervision.kind === 'weak' ? supervision.foreground : supervision.labels;
  return image.data.byteLength + annotation.data.byteLength;
}
