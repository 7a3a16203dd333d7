import { expect, test } from 'vitest';
import { LacssError } from '../../../src-main/contract/errors.ts';
import { PathChooser } from '../../../src-renderer/state/path-chooser.svelte.ts';

/** A chooser whose requests the test answers in any order. */
function chooserInHand() {
  const asked: { path: string; answer: () => Promise<void>; refuse: () => Promise<void> }[] = [];
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const request = (name: string, { path }: { path: string }): Promise<unknown> => {
    if (name !== 'host.list') return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      const then = (end: () => void) => async () => {
        end();
        await settled();
      };
      asked.push({
        path,
        answer: then(() => resolve({ path, parent: null, entries: [] })),
        refuse: then(() => reject(new LacssError('file-not-found', `There is no ${path}.`))),
      });
    });
  };
  const studio = {
    host: { chooser: 'window', roots: [{ name: 'Home', path: '/home' }] },
    client: { request },
    attempt: (work: () => Promise<unknown>) => work().catch(() => undefined),
  };
  return { chooser: new PathChooser(studio as never), asked };
}

test('a path that is typed while the first folder is read stays', async () => {
  const { chooser, asked } = chooserInHand();
  void chooser.choose('image-folder');
  chooser.type('/data/plate');
  await asked[0]!.answer();
  expect(chooser.listing?.path).toBe('/home');
  expect(chooser.typed).toBe('/data/plate');
});

test('a folder that was asked for earlier does not replace the newest', async () => {
  const { chooser, asked } = chooserInHand();
  void chooser.choose('image-folder');
  void chooser.go('/data/plate');
  await asked[1]!.answer();
  await asked[0]!.answer();
  expect(chooser.listing?.path).toBe('/data/plate');
  expect(chooser.typed).toBeNull();
});

test('a path that leads nowhere stays in the field, with the reason', async () => {
  const { chooser, asked } = chooserInHand();
  void chooser.choose('image-folder');
  await asked[0]!.answer();
  chooser.type('nowhere');
  await new Promise((resolve) => setImmediate(resolve));
  void chooser.go('nowhere');
  for (let i = 1; i < 4; i++) {
    await asked[i]?.refuse();
  }
  expect(chooser.problem?.message).toBe('There is no nowhere.');
  expect(chooser.typed).toBe('nowhere');
});
