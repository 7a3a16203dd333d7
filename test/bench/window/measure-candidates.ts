import { LacssError } from '../../../src-main/contract/errors.ts';
import { fromFailure } from '../../../src-main/contract/failure.ts';
import type { UpMessage } from '../../../src-main/contract/messages.ts';
import type { RequestName, RequestParams, RequestResult } from '../../../src-main/contract/requests.ts';
import { decodeMessage, encodeMessage } from '../../../src-main/contract/wire.ts';
import { connectPage, exchangeCode } from '../../fixtures/page-connection.ts';
import { startHost } from '../../e2e/start-host.ts';
import { quantile } from './quantile.ts';

/**
 * How long the window waits for the five candidates of an image that nobody has prepared, ms. The median of
 * all images but the first, which also waits for the processes to start.
 */
export async function measureCandidates(folder: string, project: string): Promise<number> {
  const host = await startHost(folder, { project });
  try {
    const ask = await connect(await host.address());
    const opened = await ask('project.initial', {});
    if (!opened) throw new Error(`${project} was not opened`);
    const times: number[] = [];
    for (const { id } of opened.images) {
      const started = performance.now();
      await ask('foreground.candidates', { project: opened.id, image: id });
      times.push(performance.now() - started);
    }
    return quantile(times.slice(1), 0.5);
  } finally {
    await host.stop();
  }
}

type Ask = <Name extends RequestName>(
  name: Name,
  params: RequestParams<Name>,
) => Promise<RequestResult<Name>>;

/** Talks to the host as the page does, without a page. */
async function connect(address: string): Promise<Ask> {
  const secret = await exchangeCode(address);
  if (secret === null) throw new Error(`${address} is not valid`);
  const { socket } = await connectPage(address, secret);
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
