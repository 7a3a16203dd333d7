import type { EventName } from '../../../src-main/contract/events.ts';
import type { ImageId } from '../../../src-main/contract/fields.ts';
import { LacssError } from '../../../src-main/contract/errors.ts';
import { fromFailure } from '../../../src-main/contract/failure.ts';
import type { UpMessage } from '../../../src-main/contract/messages.ts';
import type { RequestName, RequestParams, RequestResult } from '../../../src-main/contract/requests.ts';
import { decodeMessage, encodeMessage } from '../../../src-main/contract/wire.ts';
import { connectPage, exchangeCode } from '../../fixtures/page-connection.ts';
import { startHost } from '../../e2e/start-host.ts';
import { quantile } from './quantile.ts';

/**
 * How long the window waits for the answers to a request about images that nobody has prepared, ms. The
 * median of all images but the first, which also waits for the processes to start.
 */
async function measureImages(
  folder: string,
  project: string,
  answer: (
    ask: Ask,
    project: NonNullable<RequestResult<'project.initial'>>,
    image: ImageId,
  ) => Promise<unknown>,
): Promise<number> {
  const host = await startHost(folder, { project });
  try {
    const ask = await connect(await host.address());
    const opened = await ask('project.initial', {});
    if (!opened) throw new Error(`${project} was not opened`);
    const times: number[] = [];
    for (const { id } of opened.images) {
      const started = performance.now();
      await answer(ask, opened, id);
      times.push(performance.now() - started);
    }
    return quantile(times.slice(1), 0.5);
  } finally {
    await host.stop();
  }
}

/** How long the window waits for the five candidates of an image, ms. */
export function measureCandidates(folder: string, project: string): Promise<number> {
  return measureImages(folder, project, (ask, { id }, image) =>
    ask('foreground.candidates', { project: id, image }),
  );
}

/** How long the window waits for the points of an image, ms. */
export function measurePoints(folder: string, project: string): Promise<number> {
  return measureImages(folder, project, (ask, { id, locationSettings: settings }, image) =>
    ask('locations.preview', { project: id, image, settings, coarse: false }),
  );
}

/** How long it takes to add images, and until the first is told of, ms. */
export async function measureAdding(
  folder: string,
  project: string,
  images: string,
): Promise<{ firstMs: number; allMs: number; added: number }> {
  const host = await startHost(folder, { project });
  try {
    let [firstMs, startedAt] = [Number.NaN, 0];
    const ask = await connect(await host.address(), (name) => {
      if (name === 'project.imagesChanged' && Number.isNaN(firstMs)) firstMs = performance.now() - startedAt;
    });
    const opened = await ask('project.initial', {});
    if (!opened) throw new Error(`${project} was not opened`);
    startedAt = performance.now();
    const { added } = await ask('images.add', { project: opened.id, paths: [images], options: {} });
    return { firstMs, allMs: performance.now() - startedAt, added: added.length };
  } finally {
    await host.stop();
  }
}

type Ask = <Name extends RequestName>(
  name: Name,
  params: RequestParams<Name>,
) => Promise<RequestResult<Name>>;

/** Talks to the host as the page does, without a page. */
async function connect(address: string, onEvent: (name: EventName) => void = () => undefined): Promise<Ask> {
  const secret = await exchangeCode(address);
  if (secret === null) throw new Error(`${address} is not valid`);
  const { socket } = await connectPage(address, secret);
  socket.on('message', (data: Buffer) => {
    const message = decodeMessage(data) as UpMessage;
    if (message.type === 'event') onEvent(message.name);
  });
  let job = 0;
  return (name, params) =>
    new Promise((resolve, reject) => {
      job += 1;
      const asked = job;
      const hear = (data: Buffer) => {
        const message = decodeMessage(data) as UpMessage;
        if (message.type === 'event' || message.type === 'progress' || message.job !== asked) return;
        socket.off('message', hear);
        if (message.type === 'result') resolve(message.value as never);
        else reject(fromFailure(message.failure));
      };
      socket.on('message', hear);
      socket.once('close', () => reject(new LacssError('internal', 'The host ended.')));
      socket.send(encodeMessage({ type: 'request', job, name, params }));
    });
}
