import { learningJobs } from '../../../src-main/processes/entries/learning-jobs.ts';
import { ModelStore } from '../../../src-main/project/model-store.ts';
import { openProject } from '../../../src-main/project/open-project.ts';
import { scopeOf } from '../../../src-main/project/scope.ts';
import { killableTraining } from './killable-training.ts';

/**
 * Runs in its own process, which a test kills. It trains a project's model, or resumes the existing training.
 * It prints every finished step.
 */
const [folder] = process.argv.slice(2);
const project = await openProject(folder!, { purpose: 'a process that will be killed', access: 'shared' });
const isBegun = (await new ModelStore(project.path('models')).unfinished()).length > 0;
await learningJobs.train(
  {
    ...scopeOf(project),
    params: isBegun ? { ...killableTraining, resume: 'newest' } : killableTraining,
  },
  {
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ask: () => Promise.reject(new Error('A training asks nothing')),
    report: (value) => {
      const report = value as { kind: string; step?: { step: number } };
      if (report.kind === 'step') process.stdout.write(`${report.step!.step}\n`);
    },
  },
);
