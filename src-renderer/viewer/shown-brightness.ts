import { float32At, itemAt, numberAt } from '../../src-main/contract/elements.ts';
import type { ChannelLook } from './scene.ts';

/** How bright an image is shown, in blocks of its pixels: luminance of sRGB, 0 … 1, row by row. */
export interface ShownBrightness {
  height: number;
  width: number;
  /** Side of a block, image px. */
  blockPx: number;
  values: Float32Array;
}

/** Pixels of a channel in blocks, row by row. */
export interface CoarseChannel {
  look: ChannelLook;
  samples: Uint16Array;
}

/** The brightness of the channels as the viewer adds them up. @param size of the samples */
export function shownBrightness(
  channels: readonly CoarseChannel[],
  { height, width, blockPx }: Omit<ShownBrightness, 'values'>,
): ShownBrightness {
  const count = height * width;
  const ground = [0, 1, 2].map(() => new Float32Array(count));
  const tint = [0, 1, 2].map(() => new Float32Array(count));
  const cover = new Float32Array(count);
  for (const { look, samples } of channels) {
    const { colour, low, high, gamma } = look;
    const range = Math.max(high - low, 1e-6);
    const [red, green, blue] = colour;
    const isGround = red === green && green === blue;
    const sums = isGround ? ground : tint;
    for (let i = 0; i < count; i++) {
      const linear = Math.min(1, Math.max(0, (numberAt(samples, i) - low) / range));
      const value = gamma === 1 ? linear : linear ** gamma;
      if (!isGround) cover[i] = Math.max(float32At(cover, i), value);
      for (let part = 0; part < 3; part++) {
        const sum = itemAt(sums, part);
        sum[i] = float32At(sum, i) + value * itemAt(colour, part);
      }
    }
  }
  const weights = [0.2126, 0.7152, 0.0722];
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    let luminance = 0;
    for (let part = 0; part < 3; part++) {
      const below = Math.min(1, float32At(itemAt(ground, part), i)) * (1 - float32At(cover, i));
      luminance += itemAt(weights, part) * Math.min(1, below + float32At(itemAt(tint, part), i));
    }
    values[i] = luminance;
  }
  return { height, width, blockPx, values };
}
