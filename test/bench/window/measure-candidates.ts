import { WebSocket } from 'ws';
import { Client } from '../../../src-renderer/client/client.ts';
import { socketTransport } from '../../../src-renderer/client/socket-transport.ts';
import { startHost } from '../../e2e/start-host.ts';
import { quantile } from './quantile.ts';

/**
 * How long the window waits for the five candidates of an image that nobody has prepared, ms: the median over all images
 * but the first, during which the processes start.
 */
export async function measureCandidates(folder: string, project: string): Promise<number> {
  // As in the page, which has it from the browser.
  Object.assign(globalThis, { WebSocket });
  const host = await startHost(folder, { project });
  try {
    const client = new Client(socketTransport(host.url), () => undefined);
    const opened = await client.request('project.initial', {});
    if (!opened) throw new Error(`${project} was not opened`);
    const times: number[] = [];
    for (const { id } of opened.images) {
      const started = performance.now();
      await client.request('foreground.candidates', { project: opened.id, image: id });
      times.push(performance.now() - started);
    }
    return quantile(times.slice(1), 0.5);
  } finally {
    await host.stop();
  }
}
