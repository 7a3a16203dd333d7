/** Names of length units and their size in µm. Names are in the form {@link unitInUm} normalises to. */
const lengths: readonly (readonly [um: number, names: string])[] = [
  [1e-9, 'fm femtometer femtometre'],
  [1e-6, 'pm picometer picometre'],
  [1e-4, 'å angstrom ångström ångstrom'],
  [1e-3, 'nm nanometer nanometre'],
  [1, 'μm um micron micrometer micrometre mcm'],
  [1e3, 'mm millimeter millimetre'],
  [1e4, 'cm centimeter centimetre'],
  [1e5, 'dm decimeter decimetre'],
  [1e6, 'm meter metre'],
  [1e7, 'dam decameter decametre'],
  [1e8, 'hm hectometer hectometre'],
  [1e9, 'km kilometer kilometre'],
  [25.4, 'mil thou'],
  [25400 / 72, 'pt point'],
  [25400 / 12, 'li line'],
  [25400, 'in inch inche "'],
  [25400 * 12, 'ft foot feet'],
];
const micrometresPer = new Map(
  lengths.flatMap(([um, names]) => names.split(' ').map((name) => [name, um] as const)),
);

/**
 * Size of a unit in µm: the only table of units, for OME-XML, ImageJ's descriptions and the tags of TIFF.
 *
 * ImageJ writes every non-ASCII character as `\u00B5`. `µ` and `Å` exist as two characters each, which count
 * as one.
 *
 * @returns `null` if it is not a known length (`pixel`, `reference frame`).
 */
export function unitInUm(unit: string): number | null {
  const unescaped = unit.replace(/\\u([0-9a-f]{4})/gi, (_, code: string) =>
    String.fromCharCode(parseInt(code, 16)),
  );
  // NFKC maps each pair to one character.
  const name = unescaped.normalize('NFKC').trim().replace(/\.$/, '').toLowerCase();
  return micrometresPer.get(name) ?? micrometresPer.get(name.replace(/(?<=..)s$/, '')) ?? null;
}
