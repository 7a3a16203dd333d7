import { float32At } from '../contract/elements.ts';
import type { Locations } from '../contract/pixels.ts';

/** Writes locations in the format of `parseLocationsCsv`, rounded to 0.001 px. */
export function formatLocationsCsv(locations: Locations): string {
  const lines = ['y,x'];
  for (let i = 0; i < locations.length; i += 2) {
    lines.push(`${rounded(float32At(locations, i))},${rounded(float32At(locations, i + 1))}`);
  }
  return `${lines.join('\n')}\n`;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
