import { itemAt } from '../contract/elements.ts';
import type { EngineChoice } from '../contract/choices.ts';
import { LacssError } from '../contract/errors.ts';
import type { EngineFacts, EngineReport } from './engine-report.ts';
import { measureSpeed } from './measure-speed.ts';
import { openEngine } from './open-engine.ts';

/**
 * Tries every engine of this machine and measures those that work. This is more than opening one, for people
 * who ask for the list. No engine is open afterwards.
 * @throws LacssError 'engine-unavailable' if the chosen engine cannot be used
 */
export async function surveyEngines(choice: EngineChoice): Promise<EngineReport> {
  const opened = await openEngine(choice);
  const report = opened.describe();
  const chosen = itemAt(report.engines, 0);
  chosen.gflops ??= await measureSpeed();
  opened.close();
  const engines = [chosen];
  for (const facts of report.engines.slice(1))
    engines.push(facts.status === 'unavailable' ? facts : await examine(facts));
  return { ...report, engines };
}

/** Opens an engine that was not chosen, and keeps the reason. */
async function examine(facts: EngineFacts): Promise<EngineFacts> {
  if (facts.gflops !== null) return facts;
  try {
    const engine = await openEngine(facts.name);
    const found = itemAt(engine.describe().engines, 0);
    const gflops = await measureSpeed();
    engine.close();
    return { ...found, status: 'available', reason: `It works. ${facts.reason}`, gflops };
  } catch (error) {
    if (!(error instanceof LacssError)) throw error;
    const reason = error.message.replace(/^The \S+ engine cannot be used\. /, '');
    return { ...facts, status: 'unavailable', reason };
  }
}
