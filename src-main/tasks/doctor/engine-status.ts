import type { EngineStatus } from '../../contract/requests/host-requests.ts';
import type { EngineReport } from '../../engine/engine-report.ts';

/** The content of the engine chip, from a report. */
export function engineStatus({ asked, chosen, engines }: EngineReport): EngineStatus {
  const facts = engines.find(({ name }) => name === chosen);
  const test = facts?.selfTest ?? null;
  return {
    state: 'ready',
    choice: asked,
    engine: chosen,
    provider: facts?.provider ?? '',
    device: facts?.device ?? '',
    version: facts?.version ?? '',
    passedOver: engines
      .filter(({ name }) => name !== chosen)
      .map(({ name, reason }) => ({ engine: name, reason })),
    selfTest: test === null ? 'No self-test was made.' : selfTestText(test),
  };
}

function selfTestText({
  elapsedMs,
  worstRelativeError,
}: {
  elapsedMs: number;
  worstRelativeError: number;
}): string {
  const digits = Math.max(0, Math.floor(-Math.log10(Math.max(worstRelativeError, 1e-12))));
  return `A small training step took ${Math.round(elapsedMs)} ms and agrees with the stored numbers to ${digits} digits.`;
}
