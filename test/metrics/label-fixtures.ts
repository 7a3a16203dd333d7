import type { LabelImage } from '../../src-main/contract/pixels.ts';

/**
 * A label image drawn by hand: one string per row, `.` for background, digits and letters for labels 1 … 35.
 */
export function drawnLabels(...rows: string[]): LabelImage {
  const data = rows.flatMap((row) => [...row].map((sign) => (sign === '.' ? 0 : parseInt(sign, 36))));
  return { height: rows.length, width: rows[0]?.length ?? 0, data: Int32Array.from(data) };
}

/** Disks of one radius as labels 1, 2 … in the order given; later disks paint over earlier ones. */
export function diskLabels(size: number, radius: number, centres: [y: number, x: number][]): LabelImage {
  const data = new Int32Array(size * size);
  centres.forEach(([cy, cx], k) => {
    for (let i = 0; i < data.length; i++) {
      const dy = Math.floor(i / size) + 0.5 - cy;
      const dx = (i % size) + 0.5 - cx;
      if (dy * dy + dx * dx < radius * radius) data[i] = k + 1;
    }
  });
  return { height: size, width: size, data };
}

/** A label image from run lengths packed label, length, label, length … */
export function runLabels(height: number, width: number, runs: readonly number[]): LabelImage {
  const data = new Int32Array(height * width);
  let at = 0;
  for (let i = 0; i < runs.length; i += 2) {
    data.fill(runs[i]!, at, at + runs[i + 1]!);
    at += runs[i + 1]!;
  }
  return { height, width, data };
}
