/** One unit in µm. `µ` is written as U+00B5 and as the Greek U+03BC; ImageJ writes `\u00B5m` and `micron`. */
const micrometresPer: Readonly<Record<string, number>> = {
  µm: 1,
  μm: 1,
  '\\u00B5m': 1,
  um: 1,
  micron: 1,
  microns: 1,
  micrometer: 1,
  micrometre: 1,
  nm: 1e-3,
  nanometer: 1e-3,
  nanometre: 1e-3,
  pm: 1e-6,
  Å: 1e-4,
  mm: 1e3,
  millimeter: 1e3,
  millimetre: 1e3,
  cm: 1e4,
  m: 1e6,
  in: 25400,
  inch: 25400,
  inches: 25400,
};

/** How many µm a unit is, or `null` where it is no length that we know (`pixel`, `reference frame`). */
export function unitInUm(unit: string): number | null {
  return micrometresPer[unit.trim()] ?? micrometresPer[unit.trim().toLowerCase()] ?? null;
}
