import type { FloatPlane, LabelImage, Locations, Mask } from '../../contract/pixels.ts';

/**
 * Floods a landscape [height, width] from seeds inside a mask, lowest values first. Each region grows pixel
 * by pixel into its 4-connected neighbours, and a pixel belongs to the first region that reaches it. Equal
 * values keep the order in which they were reached. Seed i has label i + 1 and is in the pixel that contains
 * it. Of several seeds in one pixel the first counts. A seed outside the mask or the image has no region. The
 * labels equal those of `skimage.segmentation.watershed`.
 *
 * F. Meyer, "Un algorithme optimal pour la ligne de partage des eaux", 8ème congrès de reconnaissance des
 * formes et intelligence artificielle, Lyon, 1991, vol. 2, pp. 847–857.
 * @throws RangeError if landscape and mask differ in size.
 */
export function seededWatershed(landscape: FloatPlane, seeds: Locations, mask: Mask): LabelImage {
  const { height, width, data } = landscape;
  if (mask.height !== height || mask.width !== width) {
    throw new RangeError(
      `the mask must be ${height} × ${width} like the landscape, received ${mask.height} × ${mask.width}`,
    );
  }
  const labels = new Int32Array(data.length);
  const queue = new PixelQueue(data);
  for (let s = 0; s < seeds.length; s += 2) {
    const y = Math.floor(seeds[s]!);
    const x = Math.floor(seeds[s + 1]!);
    if (!(y >= 0 && y < height && x >= 0 && x < width)) continue;
    const i = y * width + x;
    if (mask.data[i] !== 0 && labels[i] === 0) labels[i] = s / 2 + 1;
  }
  for (let i = 0; i < labels.length; i++) if (labels[i] !== 0) queue.push(i);

  const reach = (i: number, label: number) => {
    if (labels[i] !== 0 || mask.data[i] === 0) return;
    labels[i] = label;
    queue.push(i);
  };
  while (queue.size > 0) {
    const i = queue.pop();
    const label = labels[i]!;
    const x = i % width;
    if (i >= width) reach(i - width, label);
    if (x > 0) reach(i - 1, label);
    if (x + 1 < width) reach(i + 1, label);
    if (i + width < data.length) reach(i + width, label);
  }
  return { height, width, data: labels };
}

/**
 * A binary heap of pixels: lowest value first; equal ones in order of insertion. A pixel is inserted once.
 */
class PixelQueue {
  size = 0;
  readonly #values: Float32Array;
  readonly #pixels: Int32Array;
  readonly #turns: Int32Array;
  #pushed = 0;

  constructor(values: Float32Array) {
    this.#values = values;
    this.#pixels = new Int32Array(values.length);
    this.#turns = new Int32Array(values.length);
  }

  push(pixel: number): void {
    this.#turns[pixel] = this.#pushed++;
    let place = this.size++;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isBefore(pixel, this.#pixels[parent]!)) break;
      this.#pixels[place] = this.#pixels[parent]!;
      place = parent;
    }
    this.#pixels[place] = pixel;
  }

  pop(): number {
    const top = this.#pixels[0]!;
    const last = this.#pixels[--this.size]!;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && this.#isBefore(this.#pixels[child + 1]!, this.#pixels[child]!)) child++;
      if (!this.#isBefore(this.#pixels[child]!, last)) break;
      this.#pixels[place] = this.#pixels[child]!;
      place = child;
    }
    this.#pixels[place] = last;
    return top;
  }

  #isBefore(a: number, b: number): boolean {
    const valueA = this.#values[a]!;
    const valueB = this.#values[b]!;
    return valueA < valueB || (valueA === valueB && this.#turns[a]! < this.#turns[b]!);
  }
}
