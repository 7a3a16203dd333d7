import { beforeAll, expect, test, vi } from 'vitest';
import { startUtility } from '../../src-main/processes/start-utility.ts';
import * as electron from '../shell/electron-stand-in.ts';

vi.mock('electron', () => import('../shell/electron-stand-in.ts'));

const entry = new URL('file:///program/imaging.js');
const silent = { onMessage: () => undefined, onEnd: () => undefined };

beforeAll(() => electron.launch(() => Promise.resolve()));

test('a process that is ended before it has spawned is ended once it has', () => {
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  try {
    const child = startUtility(entry, 'imaging', silent);
    const utility = electron.FakeUtility.started.at(-1)!;
    child.kill();
    expect(kill).not.toHaveBeenCalled();
    utility.spawn(4242);
    expect(kill).toHaveBeenCalledExactlyOnceWith(4242, 'SIGKILL');
    // It has ended, so its process id may belong to another process now.
    utility.end(9);
    child.kill();
    expect(kill).toHaveBeenCalledOnce();
  } finally {
    kill.mockRestore();
  }
});

test('a process whose V8 gives up has ended, and the program goes on', () => {
  const onEnd = vi.fn();
  startUtility(entry, 'imaging', { ...silent, onEnd });
  const utility = electron.FakeUtility.started.at(-1)!;
  utility.spawn(4242);
  utility.giveUp(134);
  expect(onEnd).toHaveBeenCalledExactlyOnceWith('exit code 134');
});

test('its end is told', () => {
  const onEnd = vi.fn();
  startUtility(entry, 'imaging', { ...silent, onEnd });
  const utility = electron.FakeUtility.started.at(-1)!;
  utility.spawn(4242);
  utility.end(3);
  expect(onEnd).toHaveBeenCalledExactlyOnceWith('exit code 3');
});
