import type { ImageId } from '../../contract/fields.ts';
import type { CheckedParams, RequestName, RequestResult } from '../../contract/requests.ts';
import type { EpochReport, StepReport } from '../../contract/training.ts';
import type { TrainingRun } from '../../contract/training-run.ts';
import type { AddedImages, ImageSummary } from '../../contract/requests/images.ts';
import { readTrainingLog } from '../../tasks/training/training-log.ts';
import { listPreviews, readPreview } from '../../tasks/training/training-previews.ts';
import type { Project } from '../../project/project.ts';
import type { ChildJobControl } from '../job-messages.ts';
import type { Scope } from '../../project/scope.ts';
import { projectOf } from '../../project/scope.ts';
import { addImages, attachLabelsTo } from '../../tasks/images/add-images.ts';
import { candidatesOf, prefetchCandidates } from '../../tasks/foreground/candidate-desk.ts';
import { changeImages, removeImages, restoreImages } from '../../tasks/images/change-images.ts';
import { describeProject, summariseImages } from '../../tasks/images/describe-project.ts';
import type { ProjectDescription } from '../../tasks/images/describe-project.ts';
import { displayImage } from '../../tasks/images/display-image.ts';
import {
  acceptGuesses,
  paintForeground,
  pickForeground,
  previewThreshold,
  thresholdRange,
} from '../../tasks/foreground/edit-foreground.ts';
import {
  editLocations,
  findLocationsOf,
  importLocations,
  useProjectSettings,
} from '../../tasks/locations/edit-locations.ts';
import { inspectImages } from '../../tasks/images/inspect-images.ts';
import { saveModelFile } from '../../tasks/models/save-model-file.ts';
import { forgetChangedForeground } from '../../tasks/foreground/known-foreground.ts';
import { listModels, modelsOf, readModel } from '../../tasks/models/list-models.ts';
import { planView } from '../../tasks/training/plan-view.ts';
import { readForeground } from '../../tasks/foreground/read-foreground.ts';
import { readLabels } from '../../tasks/images/read-labels.ts';
import { readLocations } from '../../tasks/locations/read-locations.ts';
import { countReviews, markCells, readReview } from '../../tasks/review/review-cells.ts';
import { stepHistory } from '../../tasks/images/step-history.ts';
import { summariseImage } from '../../tasks/images/summarise-image.ts';
import { aheadThread, demandThread } from '../../tasks/annotation-threads.ts';
import { thumbnail } from '../../tasks/images/thumbnail.ts';
import { tile } from '../../tasks/images/tile.ts';

/** What a job of the imaging process tells the host before it ends: images whose summaries every window should have. */
export interface ChangedImages {
  changed: ImageSummary[];
  removed: ImageId[];
}

/** What is kept of a training beside its model: every step, every epoch, the epochs that have a preview. */
export interface KeptTraining {
  steps: StepReport[];
  epochs: EpochReport[];
  previews: number[];
}

/** A request of the treaty as the imaging process takes it: the folder in place of the project's name. */
export type Scoped<Name extends RequestName> = Scope & { params: CheckedParams<Name> };
type ScopedJob<Name extends RequestName> = (
  scoped: Scoped<Name>,
  control: ChildJobControl,
) => Promise<RequestResult<Name>>;

/** A job that only reads. */
function reading<Name extends RequestName>(
  work: (
    project: Project,
    params: CheckedParams<Name>,
    control: ChildJobControl,
  ) => Promise<RequestResult<Name>>,
): ScopedJob<Name> {
  return async ({ params, ...scope }, control) => work(await projectOf(scope), params, control);
}

/** A job that changes images: their new summaries are told before it ends. */
function changing<Name extends RequestName>(
  imagesOf: (params: CheckedParams<Name>, result: RequestResult<Name>) => readonly ImageId[],
  work: (
    project: Project,
    params: CheckedParams<Name>,
    control: ChildJobControl,
  ) => Promise<RequestResult<Name>>,
): ScopedJob<Name> {
  return async ({ params, ...scope }, control) => {
    const project = await projectOf(scope);
    const result = await work(project, params, control);
    control.report(await changesOf(project, imagesOf(params, result)));
    return result;
  };
}

async function changesOf(project: Project, ids: readonly ImageId[]): Promise<ChangedImages> {
  const there = project.manifest.images.filter(({ id }) => ids.includes(id));
  return {
    changed: await summariseImages(project, there),
    removed: ids.filter((id) => there.every((image) => image.id !== id)),
  };
}

/** Everything the imaging process does, by name: requests of the treaty, and what the host itself needs. */
export const imagingJobs = {
  describe: async (scope: Scope): Promise<ProjectDescription> => describeProject(await projectOf(scope)),

  /** Tells the new summaries of images that another process has changed. */
  summarise: async ({ images, ...scope }: Scope & { images: ImageId[] }): Promise<ChangedImages> =>
    changesOf(await projectOf(scope), images),

  tile: async ({ address, ...scope }: Scope & { address: Parameters<typeof tile>[1] }): Promise<Uint8Array> =>
    tile(await projectOf(scope), address),

  thumbnail: async ({
    image,
    size,
    ...scope
  }: Scope & { image: ImageId; size: number }): Promise<Uint8Array> =>
    thumbnail(await projectOf(scope), image, size),

  'sample.make': ({ folder }: { folder: string }, control: ChildJobControl): Promise<null> =>
    demandThread.run('makeSample', { folder }, control),

  'project.rename': async ({ name, ...scope }: Scope & { name: string }): Promise<null> => {
    const project = await projectOf(scope);
    await project.update((manifest) => ({ ...manifest, name }));
    return null;
  },

  'images.display': reading<'images.display'>((project, { image }) => displayImage(project, image)),
  'images.change': changing<'images.change'>(
    ({ images }) => images,
    async (project, params) => {
      await changeImages(project, params);
      return summariseImages(project, project.images(params.images));
    },
  ),
  'images.remove': changing<'images.remove'>(
    ({ images }) => images,
    async (project, { images }) => {
      await removeImages(project, images);
      return null;
    },
  ),
  'images.restore': changing<'images.restore'>(
    ({ images }) => images,
    async (project, { images }) => {
      await restoreImages(project, images);
      return null;
    },
  ),

  'images.inspect': reading<'images.inspect'>((_project, params, control) => inspectImages(params, control)),
  'images.add': async (
    { params, dropped, ...scope }: Scoped<'images.add'> & { dropped: string | null },
    control: ChildJobControl,
  ): Promise<AddedImages> => {
    const project = await projectOf(scope);
    const result = await addImages(project, params, dropped, control);
    control.report(await changesOf(project, result.added));
    return result;
  },
  'images.attachLabels': changing<'images.attachLabels'>(
    ({ image }) => [image],
    async (project, { image, path }) => {
      await attachLabelsTo(project, image, path);
      return summariseImage(project, project.image(image));
    },
  ),

  'labels.read': reading<'labels.read'>((project, { image }) => readLabels(project, image)),

  'foreground.candidates': reading<'foreground.candidates'>((project, { image }, { signal }) =>
    candidatesOf(project, project.image(image), signal),
  ),
  'foreground.prefetch': reading<'foreground.prefetch'>((project, { images }) => {
    prefetchCandidates(project, project.images(images));
    return Promise.resolve(null);
  }),
  'foreground.read': reading<'foreground.read'>(async (project, { image }) => {
    await forgetChangedForeground(project, project.image(image));
    return readForeground(project, image);
  }),
  'foreground.pick': changing<'foreground.pick'>(
    ({ image }) => [image],
    async (project, { image, pick }, { signal }) => {
      await pickForeground(project, project.image(image), pick, signal);
      return readForeground(project, image);
    },
  ),
  'foreground.preview': reading<'foreground.preview'>((project, { image, threshold }, { signal }) =>
    previewThreshold(project, project.image(image), threshold, signal),
  ),
  'foreground.range': reading<'foreground.range'>((project, { image }, { signal }) =>
    thresholdRange(project, project.image(image), signal),
  ),
  'foreground.paint': changing<'foreground.paint'>(
    ({ image }) => [image],
    async (project, { image, strokes }) => {
      await paintForeground(project, project.image(image), strokes);
      return readForeground(project, image);
    },
  ),
  'foreground.acceptGuesses': changing<'foreground.acceptGuesses'>(
    (_params, { accepted }) => accepted,
    (project, { minConfidence }, control) => acceptGuesses(project, minConfidence, control),
  ),
  'foreground.saveSettings': reading<'foreground.saveSettings'>(async (project, { settings }) => {
    await project.update((manifest) => ({
      ...manifest,
      settings: { ...manifest.settings, foreground: settings },
    }));
    return null;
  }),

  'locations.read': reading<'locations.read'>((project, { image }) => readLocations(project, image)),
  'locations.preview': reading<'locations.preview'>(
    ({ folder, readOnly }, { image, settings, coarse }, { signal }) =>
      demandThread.run(
        'locations',
        { folder, readOnly, image, settings, coarse },
        { signal, onCrash: 'again' },
      ),
  ),
  'locations.find': changing<'locations.find'>(({ images }) => images, findLocationsOf),
  'locations.useProjectSettings': changing<'locations.useProjectSettings'>(
    ({ image }) => [image],
    async (project, { image, keepByHand }, { signal }) => {
      await useProjectSettings(project, image, keepByHand, signal);
      return readLocations(project, image);
    },
  ),
  'locations.edit': changing<'locations.edit'>(
    ({ image }) => [image],
    async (project, { image, count, edit }) => {
      await editLocations(project, image, count, edit);
      return readLocations(project, image);
    },
  ),
  'locations.import': changing<'locations.import'>(
    ({ image }) => [image],
    async (project, { image, path, format }) => {
      await importLocations(project, image, path, format);
      return readLocations(project, image);
    },
  ),

  'training.plan': reading<'training.plan'>((project, { images }) => planView(project, images)),
  'training.log': async ({ model, ...scope }: Scope & { model: string }): Promise<KeptTraining> => {
    const folder = modelsOf(await projectOf(scope)).path(model);
    return { ...(await readTrainingLog(folder)), previews: await listPreviews(folder) };
  },
  'training.readPreview': async ({ model, epoch, ...scope }: Scope & { model: string; epoch: number }) =>
    readPreview(modelsOf(await projectOf(scope)).path(model), epoch),
  /** The training that was interrupted last, for a host that was started again. */
  'training.unfinished': async (scope: Scope): Promise<{ model: string; run: TrainingRun } | null> => {
    const models = modelsOf(await projectOf(scope));
    if ((await models.unfinished()).length === 0) return null;
    const model = await models.findResumable('newest');
    return { model, run: await models.readRun(model) };
  },

  'models.list': reading<'models.list'>((project) => listModels(project)),
  'models.read': reading<'models.read'>((project, { model }) => readModel(project, model)),
  'models.rename': reading<'models.rename'>(async (project, { model, name }) => {
    await modelsOf(project).rename(model, name);
    return listModels(project);
  }),
  'models.delete': reading<'models.delete'>(async (project, { model }) => {
    await modelsOf(project).remove(model);
    return listModels(project);
  }),
  'models.export': reading<'models.export'>((project, { model, path }) =>
    saveModelFile(project, model, path),
  ),
  'models.import': reading<'models.import'>(async (project, { path }) => {
    const id = await modelsOf(project).importFile(path);
    return readModel(project, id);
  }),

  'review.read': reading<'review.read'>((project, { image }) => readReview(project, image)),
  'review.mark': changing<'review.mark'>(
    ({ image }) => [image],
    (project, { image, cells, mark }) => markCells(project, image, cells, mark),
  ),
  'review.counts': reading<'review.counts'>((project) => countReviews(project)),
  'review.saveSettings': reading<'review.saveSettings'>(async (project, { settings }) => {
    await project.update((manifest) => ({
      ...manifest,
      settings: { ...manifest.settings, review: settings },
    }));
    return null;
  }),

  'results.evaluate': reading<'results.evaluate'>(({ folder, readOnly }, params, control) =>
    demandThread.run('evaluate', { folder, readOnly, params }, { ...control, onCrash: 'again' }),
  ),
  'results.cells': reading<'results.cells'>(({ folder, readOnly }, params, { signal }) =>
    demandThread.run('cells', { folder, readOnly, params }, { signal, onCrash: 'again' }),
  ),
  'export.run': reading<'export.run'>(({ folder, readOnly }, params, control) =>
    aheadThread.run('export', { folder, readOnly, params }, control),
  ),

  'history.undo': changing<'history.undo'>(
    ({ image }) => [image],
    (project, { image }) => stepHistory(project, image, 'undo'),
  ),
  'history.redo': changing<'history.redo'>(
    ({ image }) => [image],
    (project, { image }) => stepHistory(project, image, 'redo'),
  ),
};

export type ImagingJobs = typeof imagingJobs;
