import type { EngineChoice } from '../../contract/choices.ts';
import type { JobControl } from '../../contract/job.ts';
import type { DoctorFact, EngineStatus } from '../../contract/requests/host-requests.ts';
import { doctorFacts } from './doctor-facts.ts';
import { engineStatus } from './engine-status.ts';
import { examineMachine } from './examine-machine.ts';

/** Opens an engine. @returns its state, and the facts about this machine */
export async function openEngineFacts(
  engine: EngineChoice,
  control: JobControl,
): Promise<{ status: EngineStatus; facts: DoctorFact[] }> {
  const result = await examineMachine({ engine }, control);
  return { status: engineStatus(result.engines), facts: doctorFacts(result) };
}
