import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { toFailure } from '../../../src-main/contract/failure.ts';
import type { Failure } from '../../../src-main/contract/failure.ts';
import { SeededRandom } from '../../../src-main/model/seeded-random.ts';
import { Client } from '../../../src-renderer/client/client.ts';
import { ProjectState } from '../../../src-renderer/state/project.svelte.ts';
import { keepRowOfCells } from '../../tasks/keep-row-of-cells.ts';
import { smallProject } from '../../tasks/small-project.ts';
import { UnreliableHost } from './unreliable-host.ts';

/** Chooses among this many possible events: a number from 0 up to, but without, its argument. */
export type Choose = (count: number) => number;

export function chooser(seed: number): Choose {
  const random = new SeededRandom(seed);
  return (count) => Math.floor(random.uniform() * count);
}

/** The open project of a window, the host it uses, and the window's reports. */
export interface TestWindow {
  host: UnreliableHost;
  project: ProjectState;
  failures: Failure[];
  /** Lets one event happen, and the window process it. */
  step: (choose?: Choose) => Promise<void>;
  /** Lets all pending events happen, by default in their order. */
  drain: (choose?: Choose) => Promise<void>;
  /** Connects again, as the window does when its transport reports a connection. */
  reconnect: () => void;
}

/** Makes a project of two images with found points and segmented cells. {@link openWindow} copies it. */
export async function makeTemplate(folder: string): Promise<void> {
  const project = await smallProject(folder, 2);
  // Without the graph cut, which is slow and not tested here.
  await project.update((manifest) => ({
    ...manifest,
    settings: {
      ...manifest.settings,
      foreground: { ...manifest.settings.foreground, method: 'threshold', feature: 'intensity' },
    },
  }));
  for (const image of project.manifest.images) {
    await project.annotation(image).edit('Find locations', {
      locations: {
        value: Float32Array.of(10, 10, 40, 40.5, 70, 100.125),
        source: { method: 'difference-of-gaussians', by: 'machine', parameters: {} },
      },
    });
    await keepRowOfCells(project, image.name, {
      model: 'small-1',
      at: '2026-01-01T00:00:00.000Z',
      scores: [0.9, 0.8, 0.7],
    });
  }
  await project.close();
}

/** Opens a copy of a project in a window whose first image is shown in every stage. */
export async function openWindow(template: string, folder: string): Promise<TestWindow> {
  cpSync(template, folder, { recursive: true });
  const host = new UnreliableHost(join(folder, 'project'));
  const view = await host.start();
  const failures: Failure[] = [];
  let project: ProjectState | null = null;
  const client = new Client(host.transport, (status) => {
    if (status === 'open' && project !== null) void openAgain(project);
    else project?.disconnected();
  });
  const openAgain = async (opened: ProjectState): Promise<void> => {
    // If this fails, the connection was lost again. The next connection opens the project.
    await client.request('project.open', { folder: view.folder }).then(
      (again) => opened.reconnected(again),
      () => undefined,
    );
  };
  const studio = {
    client,
    host: null,
    engine: null,
    project: null,
    chooser: null as never,
    report: (failure: Failure) => failures.push(failure),
    dismissAll: () => undefined,
    attempt: async <T>(work: () => Promise<T>): Promise<T | undefined> => {
      try {
        return await work();
      } catch (thrown) {
        const failure = toFailure(thrown);
        if (!['cancelled', 'connection-lost'].includes(failure.code)) failures.push(failure);
        return undefined;
      }
    },
  };
  project = new ProjectState(studio, view);
  let shown = project.currentId;
  const follow = async (): Promise<void> => {
    await settled();
    if (project.currentId === shown) return;
    shown = project.currentId;
    visitAll(project);
  };
  const step = async (choose: Choose = () => 0): Promise<void> => {
    if (host.load > 0) await host.step(choose);
    await follow();
  };
  const drain = async (choose?: Choose): Promise<void> => {
    await follow();
    while (host.load > 0) await step(choose);
  };
  visitAll(project);
  await drain();
  return { host, project, failures, step, drain, reconnect: () => host.connect() };
}

/** Shows the current image in the three stages that edit it, as a person does who visits them. */
export function visitAll(project: ProjectState): void {
  const image = project.current!;
  project.foreground.visit(image);
  project.locations.visit(image.id);
  project.review.visit(image.id);
}

/** Resolves once no promise can make progress any more. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
