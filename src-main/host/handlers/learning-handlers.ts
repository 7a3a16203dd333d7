import { toFailure } from '../../contract/failure.ts';
import type { ProjectId } from '../../contract/fields.ts';
import type { RequestsOf } from '../../contract/requests.ts';
import type { DoctorFact, EngineStatus } from '../../contract/requests/host-requests.ts';
import type { Handlers } from '../call.ts';
import type { HostServices } from '../host-services.ts';
import type { HeldProject } from '../open-projects.ts';
import { SegmentDesk } from '../segment-desk.ts';
import { TrainingDesk } from '../training-desk.ts';
import { lessonRequest } from '../training-request.ts';
import { unknownEngine } from '../unknown-engine.ts';

/** Requests for the learning process: the engine, training, segmenting. */
export function learningHandlers(host: HostServices): {
  requests: Handlers<RequestsOf<'learning'>>;
  workUnderWay: (project: ProjectId) => 'training' | 'segmenting' | null;
  /**
   * Ends and forgets the runs of a closed project, because the project may change before it is opened again.
   */
  forget: (project: ProjectId) => Promise<void>;
  close: () => Promise<void>;
} {
  const trainings = new Map<ProjectId, TrainingDesk>();
  const segments = new Map<ProjectId, SegmentDesk>();
  /** The running prompt of all windows. A newer one replaces it. */
  let prompting = new AbortController();

  const requests: Handlers<RequestsOf<'learning'>> = {
    'engine.open': async ({ choice }, { signal }) => (await startEngine(choice, signal)).status,
    'engine.doctor': async (_, { signal }) => (await startEngine(host.engine.choice, signal)).facts,
    'training.start': (request) => trainingOf(request.project).start(request),
    'training.teach': (request) => trainingOf(request.project).start(lessonRequest(request)),
    'training.pause': ({ project }) => trainingOf(project).pause(),
    'training.resume': ({ project }) => trainingOf(project).resume(),
    'training.stop': ({ project }) => trainingOf(project).stop(),
    'training.state': ({ project }) => trainingOf(project).state(),
    'training.curves': ({ project }) => trainingOf(project).curves(),
    'training.preview': ({ project, epoch }) => trainingOf(project).preview(epoch),
    'segment.start': (request) => segmentOf(request.project).start(request),
    'segment.pause': ({ project }) => segmentOf(project).pause(),
    'segment.resume': ({ project }) => segmentOf(project).resume(),
    'segment.stop': ({ project }) => segmentOf(project).stop(),
    'segment.state': ({ project }) => segmentOf(project).state(),
    'models.try': ({ project, image, model }, { signal, onProgress }) => {
      const { scope } = host.projects.get(project);
      return host.learning.run(
        'models.try',
        { ...scope, image, model, engine: host.engine.choice },
        { signal, onProgress, onCrash: 'again' },
      );
    },
    'review.prompt': async ({ project, image, at }, { signal }) => {
      const { scope } = host.projects.get(project);
      prompting.abort();
      prompting = new AbortController();
      // The network is in one process, for all projects.
      const work = workOf(trainings.keys()) ?? workOf(segments.keys());
      if (work !== null) return { kind: 'busy', work };
      return host.learning.run(
        'review.prompt',
        { ...scope, image, at, engine: host.engine.choice },
        { signal: AbortSignal.any([signal, prompting.signal]), onCrash: 'again' },
      );
    },
  };
  return {
    requests,
    workUnderWay: (project) => workOf([project]),
    forget: async (project) => {
      await Promise.all([trainings.get(project)?.close(), segments.get(project)?.close()]);
      trainings.delete(project);
      segments.delete(project);
    },
    close: async () => {
      await Promise.all([...trainings.values(), ...segments.values()].map((desk) => desk.close()));
    },
  };

  function workOf(projects: Iterable<ProjectId>): 'training' | 'segmenting' | null {
    for (const project of projects) {
      if (trainings.get(project)?.busy === true) return 'training';
      if (segments.get(project)?.busy === true) return 'segmenting';
    }
    return null;
  }

  function trainingOf(project: ProjectId): TrainingDesk {
    return deskOf(trainings, project, (held) => new TrainingDesk(host, held));
  }

  function segmentOf(project: ProjectId): SegmentDesk {
    return deskOf(segments, project, (held) => new SegmentDesk(host, held));
  }

  function deskOf<Desk extends { busy: boolean }>(
    desks: Map<ProjectId, Desk>,
    project: ProjectId,
    open: (held: HeldProject) => Desk,
  ): Desk {
    // Also while its folder is missing: a run that waits for it can be stopped.
    const known = desks.get(project);
    if (known?.busy === true) return known;
    const held = host.projects.get(project);
    if (known !== undefined) return known;
    const desk = open(held);
    desks.set(project, desk);
    return desk;
  }

  async function startEngine(
    choice: EngineStatus['choice'],
    signal: AbortSignal,
  ): Promise<{ status: EngineStatus; facts: DoctorFact[] }> {
    host.tellEngine({ ...host.engine, state: 'starting', choice });
    try {
      const found = await host.learning.run('engine.open', { choice }, { signal, onCrash: 'again' });
      host.tellEngine(found.status);
      return found;
    } catch (error) {
      const { message } = toFailure(error);
      host.tellEngine({ ...unknownEngine, state: 'failed', choice, selfTest: message });
      throw error;
    }
  }
}
