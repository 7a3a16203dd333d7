import { expect, test, vi } from 'vitest';
import type { DownMessage, UpMessage } from '../../../src-main/contract/messages.ts';
import { Client } from '../../../src-renderer/client/client.ts';
import type { ConnectionStatus } from '../../../src-renderer/client/transport.ts';

/** A small simulated host. It records what was sent, and the test sets its answers. */
function connectToFake() {
  const sent: DownMessage[] = [];
  let say: (message: UpMessage) => void = () => {};
  let turn: (status: ConnectionStatus) => void = () => {};
  const statuses: ConnectionStatus[] = [];
  const client = new Client(
    {
      send: (message) => sent.push(message),
      start: (receive, status) => {
        say = receive;
        turn = status;
      },
      pixels: () => Promise.reject(new Error('no pixels here')),
    },
    (status) => statuses.push(status),
  );
  return {
    client,
    sent,
    statuses,
    say: (message: UpMessage) => say(message),
    turn: (status: ConnectionStatus) => turn(status),
  };
}

test('an answer reaches the one who asked, whatever the order', async () => {
  const { client, sent, say } = connectToFake();
  const settings = client.request('host.settings', {});
  const recent = client.request('host.recentProjects', {});
  const [first, second] = sent as { job: number }[];
  say({ type: 'result', job: second!.job, value: [] });
  say({ type: 'result', job: first!.job, value: { theme: 'light', tourDone: true } });
  expect(await recent).toEqual([]);
  expect(await settings).toEqual({ theme: 'light', tourDone: true });
});

test('a refusal arrives as the error it was', async () => {
  const { client, say } = connectToFake();
  const asked = client.request('project.open', { folder: '/a' });
  say({
    type: 'error',
    job: 1,
    failure: { code: 'project-missing', message: 'There is no project.', remedy: 'Choose another folder.' },
  });
  await expect(asked).rejects.toMatchObject({ code: 'project-missing', remedy: 'Choose another folder.' });
});

test('progress is told until the answer', async () => {
  const { client, say } = connectToFake();
  const onProgress = vi.fn();
  const asked = client.request('project.openSample', {}, { onProgress });
  const progress = { done: 1, total: 4, message: 'Making images' };
  say({ type: 'progress', job: 1, progress });
  say({ type: 'error', job: 1, failure: { code: 'cancelled', message: 'Stopped.' } });
  await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
  say({ type: 'progress', job: 1, progress });
  expect(onProgress).toHaveBeenCalledTimes(1);
});

test('an abort cancels the job on the host; its late answer is nobody’s', async () => {
  const { client, sent, say } = connectToFake();
  const controller = new AbortController();
  const asked = client.request('project.initial', {}, { signal: controller.signal });
  controller.abort();
  await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
  expect(sent.at(-1)).toEqual({ type: 'cancel', job: 1 });
  say({ type: 'result', job: 1, value: null });
});

test('what was aborted before is never sent', async () => {
  const { client, sent } = connectToFake();
  const asked = client.request('project.initial', {}, { signal: AbortSignal.abort() });
  await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
  expect(sent).toEqual([]);
});

test('a lost connection fails what was asked, and the next question goes out again', async () => {
  const { client, sent, statuses, turn, say } = connectToFake();
  const asked = client.request('project.initial', {});
  turn('lost');
  await expect(asked).rejects.toMatchObject({ code: 'connection-lost' });
  turn('open');
  const again = client.request('project.initial', {});
  say({ type: 'result', job: 2, value: null });
  expect(await again).toBeNull();
  expect(sent).toHaveLength(2);
  expect(statuses).toEqual(['lost', 'open']);
});

test('events reach those who listen, until they stop', () => {
  const { client, say } = connectToFake();
  const heard = vi.fn();
  const stop = client.on('models.changed', heard);
  const event: UpMessage = { type: 'event', name: 'models.changed', payload: { project: 'p' } };
  say(event);
  stop();
  say(event);
  expect(heard).toHaveBeenCalledExactlyOnceWith({ project: 'p' });
});
