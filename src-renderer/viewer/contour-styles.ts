import type { Rgb } from './colour.ts';
import type { ContourStyle } from './scene.ts';

const line = { opacity: 1, dashed: false, widthPx: 1.5 } as const;

/** Halos of light lines, and of dark ones on bright images. */
export const darkHalo: Rgb = [0, 0, 0];
export const lightHalo: Rgb = [1, 1, 1];

/** The foreground: one colour that neither cells nor nuclei have. */
export const foregroundStyle: ContourStyle = { ...line, colour: [0.99, 0.87, 0.3] };

/** Cells under review, distinguished by lightness and dashes as well as by hue. */
export const reviewStyles = {
  // A white fill would not be seen on white nuclei.
  found: { ...line, colour: [1, 1, 1], fillColour: [0.45, 0.6, 1] },
  foundOnBright: { ...line, colour: [0.05, 0.09, 0.2] },
  proposed: { ...line, colour: [0.6, 1, 0.45], dashed: true },
  accepted: { ...line, colour: [0.24, 0.85, 0.94] },
  rejected: { ...line, colour: [0.72, 0.72, 0.72], opacity: 0.75, dashed: true },
  /** Below the minimum score, shown on demand. */
  belowScore: { ...line, colour: [1, 1, 1], opacity: 0.45, dashed: true, widthPx: 1 },
  selected: { ...line, colour: [1, 0.62, 0.18], widthPx: 2.5 },
} as const satisfies Record<string, ContourStyle>;

/** Cells that are only shown: light lines, or dark ones on a bright image. */
export function cellLook(isBright: boolean): { styles: ContourStyle[]; halo: Rgb } {
  return isBright
    ? { styles: [reviewStyles.foundOnBright], halo: lightHalo }
    : { styles: [reviewStyles.found], halo: darkHalo };
}
