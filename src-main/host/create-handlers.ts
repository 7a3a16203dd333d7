import type { Handlers } from './call.ts';
import { hostHandlers } from './handlers/host-handlers.ts';
import { imagingHandlers } from './handlers/imaging-handlers.ts';
import { learningHandlers } from './handlers/learning-handlers.ts';
import { projectHandlers } from './handlers/project-handlers.ts';
import type { HostServices } from './host-services.ts';

/** A handler for every request of the treaty, and how to end in order what they have under way. */
export function createHandlers(host: HostServices): { requests: Handlers; close: () => Promise<void> } {
  const learning = learningHandlers(host);
  const own = hostHandlers(host);
  const requests: Handlers = {
    ...own.requests,
    ...projectHandlers(host),
    ...imagingHandlers(host),
    ...learning.requests,
  };
  return {
    requests,
    close: async () => {
      await learning.close();
      await own.close();
    },
  };
}
