import { join } from 'node:path';
import { itemAt } from '../contract/elements.ts';
import { LacssError } from '../contract/errors.ts';
import type { Failure } from '../contract/failure.ts';
import type { CheckedParams } from '../contract/requests.ts';
import { folderOutputName } from '../contract/requests/segment-requests.ts';
import type { SegmentItem, SegmentQueue, SegmentRequest } from '../contract/requests/segment-requests.ts';
import type { SegmentResult } from '../tasks/segmenting/segment-each.ts';
import type { SegmentReport } from '../tasks/segmenting/segment-folder.ts';
import type { HostServices } from './host-services.ts';
import type { HeldProject } from './open-projects.ts';
import { SupervisedRun } from './supervised-run.ts';

/**
 * The segmentation queue of one project. Finished images stay finished. The queue continues after a pause or
 * a crash of the learning process.
 */
export class SegmentDesk {
  readonly #host: HostServices;
  readonly #held: HeldProject;
  readonly #run: SupervisedRun<SegmentResult>;
  #queue: SegmentQueue;
  #startedAtMs = 0;
  #doneAtStart = 0;
  #crashed = false;

  constructor(host: HostServices, held: HeldProject) {
    this.#host = host;
    this.#held = held;
    this.#queue = idleQueue(held.id);
    this.#run = new SupervisedRun({
      busy: 'A segmentation is already running.',
      attempt: (signal) => this.#segment(this.#queue.request!, signal),
      onPhase: (phase) => {
        // The queue runs until the current image is finished.
        if (phase !== 'pausing' && phase !== 'preparing') this.#change({ phase });
      },
      onCrash: () => {
        this.#crashed = true;
        this.#putBack();
      },
      isMissing: () => host.projects.isMissing(held),
      untilThere: (signal) => host.projects.untilThere(held, signal),
      onMissing: () => this.#putBack(),
      onBack: () => this.#putBack(),
      onFinish: ({ computedBy }) => {
        this.#queue = {
          ...this.#queue,
          secondsLeft: 0,
          measured: computedBy?.speeds ? computedBy.reason : null,
        };
        this.#run.enter('finished');
      },
      onPaused: () => this.#end('paused'),
      onStopped: () => this.#end('stopped'),
      onFailure: (failure) => this.#end('failed', failure),
    });
  }

  get busy(): boolean {
    return this.#run.busy;
  }

  state(): SegmentQueue {
    return this.#queue;
  }

  /** @throws LacssError `setting-invalid` while the queue runs */
  start(request: CheckedParams<'segment.start'>): SegmentQueue {
    this.#run.refuseWhenBusy();
    this.#queue = { ...idleQueue(this.#held.id), request, items: this.#itemsOf(request) };
    this.#begin();
    return this.#queue;
  }

  pause(): SegmentQueue {
    this.#run.pause();
    return this.#queue;
  }

  /** @throws LacssError `setting-invalid` if nothing is paused */
  resume(): SegmentQueue {
    this.#run.refuseWhenBusy();
    if (this.#queue.request === null) {
      throw new LacssError('setting-invalid', 'There is no segmentation to continue.', {
        remedy: 'Choose images first.',
      });
    }
    this.#begin();
    return this.#queue;
  }

  stop(): SegmentQueue {
    this.#run.stop();
    return this.#queue;
  }

  async close(): Promise<void> {
    if (this.#run.active) this.#run.stop();
    await this.#run.settled();
  }

  #begin(): void {
    this.#startedAtMs = performance.now();
    this.#doneAtStart = this.#queue.done;
    this.#crashed = false;
    this.#queue = { ...this.#queue, failure: null };
    this.#run.begin('running');
  }

  #end(phase: 'paused' | 'stopped' | 'failed', failure: Failure | null = null): void {
    this.#putBack();
    this.#queue = { ...this.#queue, secondsLeft: null, failure: failure ?? this.#queue.failure };
    this.#run.enter(phase);
  }

  async #segment(request: SegmentRequest, signal: AbortSignal): Promise<SegmentResult> {
    const { scope } = this.#held;
    const { model, what, minScore, views, diameterPx } = request;
    const choices = {
      engine: this.#host.engine.choice,
      settings: {
        ...(minScore === undefined ? {} : { minScore }),
        ...(views === undefined ? {} : { views }),
      },
      ...(diameterPx === undefined ? {} : { diameterPx }),
    };
    const options = {
      signal,
      onReport: (report: unknown) => this.#receive(report as SegmentReport),
    };
    if (what.kind === 'folder') {
      const modelPath = join(scope.folder, 'models', model);
      const output = join(what.folder, folderOutputName);
      const again = !request.skipDone && !this.#crashed && this.#queue.done === 0;
      const params = { ...choices, paths: [what.folder], modelPath, output, again };
      return this.#host.learning.run('segmentFolder', params, options);
    }
    const open = this.#queue.items.filter(({ status }) => status === 'waiting');
    const params = { ...choices, model, images: open.map(({ name }) => name), again: !request.skipDone };
    return this.#host.learning.run('segment', { ...scope, params }, options);
  }

  #receive(report: SegmentReport): void {
    if (report.status === 'found') {
      const known = new Map(this.#queue.items.map((item) => [item.name, item]));
      const items = report.images.map((name) => known.get(name) ?? waiting(name, null));
      this.#change({ items });
      return;
    }
    const { image: name } = report;
    const known = this.#queue.items.find((item) => item.name === name);
    // After a pause the folder is listed again; images finished in this queue are skipped.
    if (known === undefined || isEnded(known)) return;
    if (report.status === 'started') {
      this.#mark(name, { status: 'running' });
      return;
    }
    const { status } = report;
    this.#run.progressed();
    const seconds = status === 'done' ? report.elapsedMs / 1000 : 0;
    const cells = status === 'failed' ? 0 : report.cells;
    this.#queue = {
      ...this.#queue,
      done: this.#queue.done + 1,
      failed: this.#queue.failed + Number(status === 'failed'),
      secondsLeft: this.#secondsLeft(),
    };
    this.#mark(name, { status, cells, seconds, failure: status === 'failed' ? report.failure : null });
    if (this.#queue.request?.what.kind === 'images' && status === 'done') {
      // The imaging process sends the new summary; a window reads the cells again when it shows the image.
      void this.#host.tellChangesOf(this.#held, [name]).catch(() => undefined);
    }
  }

  #secondsLeft(): number | null {
    const { done, items } = this.#queue;
    const sinceStart = done + 1 - this.#doneAtStart;
    const elapsed = (performance.now() - this.#startedAtMs) / 1000;
    return items.length === 0 ? null : ((items.length - done - 1) * elapsed) / sinceStart;
  }

  #mark(name: string, change: Partial<SegmentItem>): void {
    const index = this.#queue.items.findIndex((item) => item.name === name);
    if (index < 0) return;
    const item = { ...itemAt(this.#queue.items, index), ...change };
    this.#queue = { ...this.#queue, items: this.#queue.items.with(index, item) };
    const { done, failed, secondsLeft } = this.#queue;
    this.#host.emit('segment.item', { project: this.#held.id, index, item, done, failed, secondsLeft });
  }

  /** Images that were running at the end wait again. */
  #putBack(): void {
    const items = this.#queue.items.map((item) =>
      item.status === 'running' ? { ...item, status: 'waiting' as const } : item,
    );
    this.#queue = { ...this.#queue, items };
  }

  #itemsOf({ what }: SegmentRequest): SegmentItem[] {
    if (what.kind === 'folder') return [];
    return what.images.map((image) => waiting(image, image));
  }

  #change(change: Partial<SegmentQueue>): void {
    this.#queue = { ...this.#queue, ...change };
    this.#host.emit('segment.queue', this.#queue);
  }
}

function isEnded({ status }: SegmentItem): boolean {
  return status === 'done' || status === 'skipped' || status === 'failed';
}

function waiting(name: string, image: string | null): SegmentItem {
  return { name, image, status: 'waiting', cells: 0, seconds: 0, failure: null };
}

function idleQueue(project: string): SegmentQueue {
  return {
    project,
    phase: 'idle',
    request: null,
    items: [],
    done: 0,
    failed: 0,
    secondsLeft: null,
    failure: null,
    measured: null,
  };
}
