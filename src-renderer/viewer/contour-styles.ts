import type { ContourStyle } from './scene.ts';

const line = { opacity: 1, dashed: false, widthPx: 1.5 } as const;

/** The foreground: one colour that neither cells nor nuclei have. */
export const foregroundStyle: ContourStyle = { ...line, colour: [0.99, 0.87, 0.3] };

/**
 * Cells under review, distinguished by lightness and dashes as well as by hue. Lines are light with a dark
 * halo, and dark with a light halo where the image is bright.
 */
export const reviewStyles = {
  // A white fill would not be seen on white nuclei.
  found: { ...line, colour: [1, 1, 1], onBright: [0.05, 0.09, 0.2], fillColour: [0.45, 0.6, 1] },
  proposed: { ...line, colour: [0.6, 1, 0.45], onBright: [0.1, 0.42, 0.05], dashed: true },
  accepted: { ...line, colour: [0.24, 0.85, 0.94], onBright: [0, 0.4, 0.55] },
  rejected: {
    ...line,
    colour: [0.72, 0.72, 0.72],
    onBright: [0.36, 0.36, 0.36],
    opacity: 0.75,
    dashed: true,
  },
  /** Below the minimum score, shown on demand. */
  belowScore: {
    ...line,
    colour: [1, 1, 1],
    onBright: [0.05, 0.09, 0.2],
    opacity: 0.45,
    dashed: true,
    widthPx: 1,
  },
  selected: { ...line, colour: [1, 0.62, 0.18], onBright: [0.78, 0.3, 0], widthPx: 2.5 },
} as const satisfies Record<string, ContourStyle>;

/** Cells that are only shown. */
export const cellLook = { styles: [reviewStyles.found], halo: true } as const;
