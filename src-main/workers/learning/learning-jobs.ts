import type { EngineStatus } from '../../contract/requests/host.ts';
import type { EngineChoice } from '../../engine/engine-report.ts';
import { EngineRoom } from './engine-room.ts';

const room = new EngineRoom();

/** Everything the learning process does, by name; jobs that compute wait for one another. */
export const learningJobs = {
  'engine.open': ({ choice }: { choice: EngineChoice }): Promise<EngineStatus> =>
    room.use(choice, ({ status }) => Promise.resolve(status)),
};

export type LearningJobs = typeof learningJobs;
