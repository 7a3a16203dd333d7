import { editable } from '../ui/format.ts';

export interface ScaleBarSize {
  widthPx: number;
  caption: string;
}

/**
 * The round length (1, 2 or 5 × 10ⁿ) whose bar is nearest to, but not above, `maxWidthPx`.
 * @param scale - CSS px per image px
 * @param pixelSizeUm - width of an image px in µm; `null` when unknown: the bar counts px
 */
export function scaleBar(scale: number, pixelSizeUm: number | null, maxWidthPx = 110): ScaleBarSize {
  const unit = pixelSizeUm ?? 1;
  const longest = (maxWidthPx / scale) * unit;
  const power = 10 ** Math.floor(Math.log10(longest));
  const length = ([5, 2, 1].find((step) => step * power <= longest) ?? 1) * power;
  return { widthPx: (length / unit) * scale, caption: caption(length, pixelSizeUm !== null) };
}

function caption(length: number, calibrated: boolean): string {
  if (!calibrated) return `${plain(length)} px`;
  if (length >= 1000) return `${plain(length / 1000)} mm`;
  return length < 1 ? `${plain(length * 1000)} nm` : `${plain(length)} µm`;
}

function plain(value: number): string {
  return editable(Number(value.toPrecision(3)));
}
