/** One way to read a stack. */
export interface AxesChoice {
  /** In the form of the contract's `axes`: `ZC2`. */
  axes: string;
  label: string;
}

/** The most channels offered, because many planes are usually depth or time. */
const mostChannels = 5;

/** The ways to read a stack of `planes` planes, the simplest first. */
export function axesChoices(planes: number): AxesChoice[] {
  if (planes < 2) return [];
  const choices: AxesChoice[] = [
    { axes: 'C', label: `${planes} channels` },
    { axes: 'Z', label: `${planes} focal planes` },
    { axes: 'T', label: `${planes} time points` },
  ];
  for (let channels = 2; channels <= mostChannels && 2 * channels <= planes; channels++) {
    if (planes % channels !== 0) continue;
    for (const [axis, name] of [
      ['Z', 'focal planes'],
      ['T', 'time points'],
    ] as const) {
      const label = `${planes / channels} ${name} of ${channels} channels`;
      choices.push({ axes: `${axis}C${channels}`, label });
      choices.push({ axes: `C${channels}${axis}`, label: `${label}, one channel after the other` });
    }
  }
  return choices;
}
