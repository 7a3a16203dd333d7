import { expect, test } from 'vitest';
import type {
  CandidateSettings,
  CandidatesView,
} from '../../../src-main/contract/requests/foreground-requests.ts';
import type { ImageSummary } from '../../../src-main/contract/requests/image-requests.ts';
import { OfferedCandidates } from '../../../src-renderer/state/offered-candidates.svelte.ts';
import type { ProjectAccess } from '../../../src-renderer/state/project-access.ts';

const settings: CandidateSettings = { feature: 'auto', method: 'graph-cut', presets: null };

interface Asked {
  coarse: boolean;
  answer: (found: CandidatesView | undefined) => void;
  signal: AbortSignal;
}

/** Offered candidates of a project whose host answers when the test says so. */
function offered(): { offered: OfferedCandidates; asked: Asked[] } {
  const asked: Asked[] = [];
  const project = {
    studio: { attempt: (work: () => Promise<unknown>) => work() },
    ask: (_: string, { coarse }: { coarse: boolean }, { signal }: { signal: AbortSignal }) =>
      new Promise((answer) => asked.push({ coarse, answer, signal })),
  } as unknown as ProjectAccess;
  return { offered: new OfferedCandidates(project, settings), asked };
}

const imageOf = (id: string, side: number): ImageSummary =>
  ({ id, pixels: 'a', height: side, width: side }) as ImageSummary;
const found = (image: string, best: number): CandidatesView => ({
  image,
  settings,
  candidates: [],
  best,
  confidence: 1,
  presets: [],
  thresholds: [],
  feature: 'intensity',
});

test('a large image is shown coarse first; its candidates replace that, and can be picked', async () => {
  const { offered: state, asked } = offered();
  const large = imageOf('large', 4000);
  const loading = state.load(large);
  expect(asked.map(({ coarse }) => coarse)).toEqual([true]);
  asked[0]!.answer(found('large', 1));
  await expect.poll(() => asked.length).toBe(2);
  expect(asked[1]!.coarse).toBe(false);
  expect(state.shown(large)?.best).toBe(1);
  expect(state.of(large)).toBeNull();
  asked[1]!.answer(found('large', 2));
  await loading;
  expect(state.shown(large)?.best).toBe(2);
  expect(state.of(large)?.best).toBe(2);
});

test('a small image is asked for once, and a first look that failed is not followed by the same failure', async () => {
  const { offered: state, asked } = offered();
  const small = state.load(imageOf('small', 1000));
  expect(asked.map(({ coarse }) => coarse)).toEqual([false]);
  asked[0]!.answer(found('small', 0));
  await small;
  const large = state.load(imageOf('large', 4000));
  asked[1]!.answer(undefined);
  await large;
  expect(asked).toHaveLength(2);
});

test('leaving a large image gives up both looks', async () => {
  const { offered: state, asked } = offered();
  const loading = state.load(imageOf('large', 4000));
  state.giveUpOthers(imageOf('other', 100));
  expect(asked[0]!.signal.aborted).toBe(true);
  asked[0]!.answer(undefined);
  await loading;
  expect(asked).toHaveLength(1);
});
