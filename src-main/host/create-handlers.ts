import type { ProjectId } from '../contract/fields.ts';
import { requests } from '../contract/requests.ts';
import type { RequestName } from '../contract/requests.ts';
import type { Call, Handlers } from './call.ts';
import { grantedParams } from './granted-params.ts';
import { hostHandlers } from './handlers/host-handlers.ts';
import { imagingHandlers } from './handlers/imaging-handlers.ts';
import { learningHandlers } from './handlers/learning-handlers.ts';
import { projectHandlers } from './handlers/project-handlers.ts';
import type { HostServices } from './host-services.ts';

/** A handler for every request of the contract, and a clean end of their jobs. */
export function createHandlers(
  host: HostServices,
): Pick<ReturnType<typeof learningHandlers>, 'workUnderWay' | 'forget' | 'close'> & { requests: Handlers } {
  const learning = learningHandlers(host);
  const own = hostHandlers(host);
  const handlers: Handlers = {
    ...own.requests,
    ...projectHandlers(host),
    ...imagingHandlers(host),
    ...learning.requests,
  };
  return {
    requests: guarded(host, handlers),
    workUnderWay: learning.workUnderWay,
    forget: learning.forget,
    close: async () => {
      await learning.close();
      await own.close();
    },
  };
}

/**
 * Guarantees for every handler: all paths in its params are granted, and the project stays open until it has
 * answered.
 */
function guarded(host: HostServices, handlers: Handlers): Handlers {
  const require = (path: string): string => host.grants.require(path);
  const all = Object.entries(handlers).map(([name, handler]) => [
    name,
    async (params: never, call: Call): Promise<unknown> => {
      const { project } = params as { project?: ProjectId };
      const counts = project !== undefined && name !== 'project.close';
      const held = counts ? host.projects.find(project) : undefined;
      const granted = grantedParams(requests[name as RequestName].params, params, require);
      const answer = Promise.resolve(handler(granted, call));
      held?.underWay.add(answer);
      try {
        return await answer;
      } catch (error) {
        // If the folder disappeared in between, that is the error, and the window keeps the edit until it is
        // back.
        const isAsked = call.signal.aborted || held === undefined;
        if (!isAsked && (await host.projects.isMissing(held)) && held.unreachable) throw held.unreachable;
        throw error;
      } finally {
        held?.underWay.delete(answer);
      }
    },
  ]);
  return Object.fromEntries(all) as Handlers;
}
