/**
 * Unique names for an image's channels. A repeated name gets the channel's number, as in `DAPI`, `CD3`, `DAPI
 * (3)`. Multiplexed images repeat a stain in every cycle.
 */
export function uniqueChannelNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name, index) => {
    let unique = name;
    while (taken.has(unique) || (unique !== name && names.includes(unique))) unique += ` (${index + 1})`;
    taken.add(unique);
    return unique;
  });
}
