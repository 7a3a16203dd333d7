import { expect, test } from 'vitest';
import type { PromptAnswer } from '../../../src-main/contract/requests/review-requests.ts';
import type { CellEdit } from '../../../src-main/contract/review-document.ts';
import { CellTools } from '../../../src-renderer/state/cell-tools.svelte.ts';
import type { ProjectAccess } from '../../../src-renderer/state/project-access.ts';

const mask = { top: 1, left: 2, height: 1, width: 3, runs: [0, 3] };
const contours = {
  points: new Float32Array(),
  ringStarts: Uint32Array.of(0),
  ringLabels: new Uint32Array(),
};

/** The prompt tool, a model that answers when the test says so, and the edits that were made. */
function openTools() {
  const questions: { at: { y: number; x: number }; answer: (answer?: PromptAnswer) => Promise<void> }[] = [];
  const edits: CellEdit[] = [];
  const project = {
    currentId: 'a',
    studio: { attempt: (work: () => unknown) => work() },
    ask: (_: string, { at }: { at: { y: number; x: number } }) =>
      new Promise((resolve) => {
        const found: PromptAnswer = { kind: 'cell', location: at, mask, score: 0.75, contours };
        const answer = async (other: PromptAnswer = found): Promise<void> => {
          resolve(other);
          await new Promise((settled) => setImmediate(settled));
        };
        questions.push({ at, answer });
      }),
  };
  const tools = new CellTools(project as unknown as ProjectAccess, (edit) => {
    edits.push(edit);
    return { isPainted: false, settled: Promise.resolve() };
  });
  tools.take('prompt');
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { project, tools, questions, edits, settled };
}

test('a click adds the outline that is shown there, without another question', async () => {
  const { tools, questions, edits } = openTools();
  tools.ask('a', 10, 20);
  await questions[0]!.answer();
  expect(tools.outline('a')?.location).toEqual({ y: 10, x: 20 });
  await tools.addAt('a', 10.25, 20.25);
  expect(questions).toHaveLength(1);
  expect(edits).toEqual([
    { kind: 'addMask', mask, location: { y: 10, x: 20 }, score: 0.75, source: 'prompt' },
  ]);
  expect(tools.outline('a')).toBeNull();
});

test('a click that waits for its outline gets it, wherever the pointer goes meanwhile', async () => {
  const { tools, questions, edits, settled } = openTools();
  const added = tools.addAt('a', 10, 20);
  await settled();
  expect(tools.deciding).toBe(true);
  tools.ask('a', 50, 60);
  tools.forgetOutline();
  await questions[0]!.answer();
  await added;
  expect(questions.map(({ at }) => at)).toEqual([{ y: 10, x: 20 }]);
  expect(edits).toMatchObject([{ kind: 'addMask', location: { y: 10, x: 20 } }]);
  expect(tools.deciding).toBe(false);
});

test('of two quick clicks each adds its own cell', async () => {
  const { tools, questions, edits, settled } = openTools();
  const both = [tools.addAt('a', 10, 20), tools.addAt('a', 30, 40)];
  for (let i = 0; i < 2; i++) {
    await settled();
    await questions[i]!.answer();
  }
  await Promise.all(both);
  expect(edits).toMatchObject([{ location: { y: 10, x: 20 } }, { location: { y: 30, x: 40 } }]);
});

test('a dragged point asks on its way, and the cell gets the outline of the place where it is dropped', async () => {
  const { tools, questions, edits, settled } = openTools();
  tools.dragPoint('a', 7, 10, 20);
  await questions[0]!.answer();
  expect([tools.moved, tools.outline('a')?.location]).toEqual([
    { id: 7, y: 10, x: 20 },
    { y: 10, x: 20 },
  ]);
  tools.dragPoint('a', 7, 12, 20);
  tools.dragPoint('a', 7, 14, 20);
  const dropped = tools.dropPoint('a', true);
  await settled();
  // The pointer is over a cell after the drop.
  tools.forgetOutline();
  await questions[1]!.answer();
  await settled();
  await questions[2]!.answer();
  await dropped;
  expect(edits).toEqual([
    { kind: 'outlineAgain', id: 7, mask, location: { y: 14, x: 20 }, score: 0.75, push: true },
  ]);
  expect(tools.moved).toBeNull();
});

test('without an outline nothing is changed, and the person is told why', async () => {
  const { tools, questions, edits, settled } = openTools();
  tools.dragPoint('a', 7, 10, 20);
  const dropped = tools.dropPoint('a', false);
  await questions[0]!.answer({ kind: 'nothing' });
  await settled();
  await questions[1]!.answer({ kind: 'nothing' });
  await dropped;
  expect([edits, tools.moved]).toEqual([[], null]);
  expect(tools.obstacle).toBe('The model sees no cell here.');
});

test('another tool or another image ends what was begun', async () => {
  const { project, tools, questions, edits, settled } = openTools();
  const first = tools.addAt('a', 10, 20);
  await settled();
  tools.take('brush');
  await questions[0]!.answer();
  await first;
  tools.take('prompt');
  tools.dragPoint('a', 7, 30, 40);
  const second = tools.dropPoint('a', false);
  project.currentId = 'b';
  tools.leave();
  await questions[1]!.answer();
  await second;
  expect([edits, questions.length, tools.moved]).toEqual([[], 2, null]);
});
