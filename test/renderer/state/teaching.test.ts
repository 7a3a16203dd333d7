import { expect, it } from 'vitest';
import type { TrainingStatus } from '../../../src-main/contract/requests/training-requests.ts';
import type { ProjectAccess } from '../../../src-renderer/state/project-access.ts';
import { TeachingState } from '../../../src-renderer/state/teaching.svelte.ts';
import { TrainingState } from '../../../src-renderer/state/training.svelte.ts';

const lesson = { parent: { id: 'first' } };

/** A project whose host answers every question. */
function openLesson(): { asked: [string, object][]; training: TrainingState; teaching: TeachingState } {
  const asked: [string, object][] = [];
  const project = {
    id: 'plate',
    studio: { attempt: (work: () => unknown) => work(), engine: null },
    ask: (name: string, params: object) => {
      asked.push([name, params]);
      return Promise.resolve(name === 'training.lesson' ? lesson : null);
    },
  } as unknown as ProjectAccess;
  const training = new TrainingState(project, 'picked');
  return { asked, training, teaching: new TeachingState(project, training) };
}

const statusOf = (phase: TrainingStatus['phase'], teaching?: object): TrainingStatus =>
  ({ phase, model: 'taught', request: teaching === undefined ? {} : { teaching } }) as TrainingStatus;

it('only a lesson counts as one: while it runs, and until a person decides', async () => {
  const { asked, training, teaching } = openLesson();
  training.status = statusOf('running');
  expect([teaching.active, teaching.finished]).toEqual([false, null]);
  training.status = statusOf('running', {});
  expect([teaching.active, teaching.finished]).toEqual([true, null]);
  training.status = statusOf('finished');
  expect(teaching.finished).toBeNull();
  training.status = statusOf('finished', {});
  expect([teaching.active, teaching.finished, teaching.record]).toEqual([false, 'taught', null]);

  teaching.readFigures('taught');
  await expect.poll(() => teaching.record).toEqual(lesson);
  teaching.keep('taught');
  expect(teaching.finished).toBeNull();
  expect(asked.map(([name]) => name)).toEqual(['training.lesson']);
});

it('Discard asks the host, with the model', async () => {
  const { asked, training, teaching } = openLesson();
  training.status = statusOf('finished', {});
  await teaching.discard('taught');
  expect(asked).toEqual([['training.discardLesson', { model: 'taught' }]]);
  expect(teaching.finished).toBeNull();
});

it('Teach asks for the chosen time', async () => {
  const { asked, teaching } = openLesson();
  teaching.minutes = 5;
  await teaching.start();
  expect(asked).toEqual([['training.teach', { minutes: 5, seed: 1, engine: 'auto' }]]);
});
