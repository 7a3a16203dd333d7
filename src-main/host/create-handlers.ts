import { LacssError } from '../contract/errors.ts';
import type { RequestName } from '../contract/requests.ts';
import type { Handlers } from './call.ts';
import { hostHandlers } from './handlers/host-handlers.ts';
import { projectHandlers } from './handlers/project-handlers.ts';
import type { Host } from './host.ts';

/** Requests that go to the imaging process as they are. */
const forwarded = [
  'images.display',
  'images.change',
  'images.remove',
  'images.restore',
  'foreground.read',
  'history.undo',
  'history.redo',
] as const;

/** A handler for every request of the treaty, and how to end what they have under way. */
export function createHandlers(host: Host): { requests: Handlers; close: () => Promise<void> } {
  const pending = new Proxy(
    {},
    {
      get: (_, name) => () => {
        throw new LacssError('internal', `${String(name)} comes later`);
      },
    },
  ) as Handlers;
  const requests = Object.assign(Object.create(pending) as object, {
    ...hostHandlers(host),
    ...projectHandlers(host),
    ...forwardHandlers(host),
  }) as Handlers;
  return { requests, close: () => Promise.resolve() };
}

function forwardHandlers(host: Host): Handlers<(typeof forwarded)[number]> {
  const entries = forwarded.map((name) => [
    name,
    (params: never, call: never) => host.runImaging(name as RequestName as never, params, call),
  ]);
  return Object.fromEntries(entries) as Handlers<(typeof forwarded)[number]>;
}
