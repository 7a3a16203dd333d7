export type Rgb = readonly [number, number, number];

/** `#rrggbb` as red, green, blue in 0 … 1. */
export function parseColour(hex: string): Rgb {
  const number = Number.parseInt(hex.slice(1), 16);
  return [((number >> 16) & 255) / 255, ((number >> 8) & 255) / 255, (number & 255) / 255];
}
