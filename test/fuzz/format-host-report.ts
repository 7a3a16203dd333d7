import type { HostFuzzReport, HostSample } from './host-fuzz.ts';

/** Growth below this counts as none: garbage collection makes measurements vary. */
const maxGrowth = 0.2;
/** Rounds until caches are full and the used code is compiled. */
const warmUp = 2;

/**
 * A report as text: the counts, the host's resources at the beginning and the end, and one line per finding.
 */
export function formatHostReport(report: HostFuzzReport): string {
  const { cases, answered, refused, unanswered, pixels, strangers, findings, samples } = report;
  const rows = [samples.at(0), ...halves(samples).map(median)];
  const names = ['after the first round', 'median of the first half', 'median of the second half'];
  return [
    `${cases} changed requests: ${answered} answered, ${refused} refused, ${unanswered} no message, ${pixels} for pixels`,
    `${strangers} connections without a proof; ${findings.length} findings`,
    ...rows.flatMap((row, i) => (row === undefined ? [] : [`${names[i]}: ${describe(row)}`])),
    isFlat(report) ? 'Memory, descriptors and temporary files are flat.' : 'Something grows.',
    ...findings,
    '',
  ].join('\n');
}

/** Whether memory, descriptors and temporary files are the same in the first and the second half. */
export function isFlat({ samples }: HostFuzzReport): boolean {
  const [first, second] = halves(samples).map(median);
  if (first === undefined || second === undefined) return true;
  const grown = (before: Record<string, number>, after: Record<string, number>): boolean =>
    Object.entries(after).some(([role, value]) => value > (before[role] ?? value) * (1 + maxGrowth));
  return (
    !grown(first.memoryMb, second.memoryMb) &&
    !grown(first.descriptors, second.descriptors) &&
    second.temporaryFiles <= first.temporaryFiles
  );
}

function halves(samples: readonly HostSample[]): HostSample[][] {
  const warm = samples.slice(warmUp);
  const middle = Math.ceil(warm.length / 2);
  return [warm.slice(0, middle), warm.slice(middle)].filter(({ length }) => length > 0);
}

function median(samples: readonly HostSample[]): HostSample {
  const middle = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
  const byRole = (read: (sample: HostSample) => Record<string, number>): Record<string, number> =>
    Object.fromEntries(
      Object.keys(read(samples[0]!)).map((role) => [
        role,
        middle(samples.map((one) => read(one)[role] ?? 0)),
      ]),
    );
  return {
    memoryMb: byRole(({ memoryMb }) => memoryMb),
    descriptors: byRole(({ descriptors }) => descriptors),
    temporaryFiles: middle(samples.map(({ temporaryFiles }) => temporaryFiles)),
  };
}

function describe({ memoryMb, descriptors, temporaryFiles }: HostSample): string {
  const of = (values: Record<string, number>, unit: string): string =>
    Object.entries(values)
      .map(([role, value]) => `${role} ${value}${unit}`)
      .join(', ');
  return `${of(memoryMb, ' MB')}; descriptors ${of(descriptors, '')}; temporary files ${temporaryFiles}`;
}
