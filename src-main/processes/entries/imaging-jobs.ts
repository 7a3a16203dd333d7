import type { ImageId } from '../../contract/fields.ts';
import { effectOf } from '../../contract/requests.ts';
import type { CheckedParams, RequestName, RequestResult, RequestsOf } from '../../contract/requests.ts';
import type { EpochReport, StepReport } from '../../contract/training.ts';
import type { TrainingRun } from '../../contract/training-run.ts';
import type { ImageSummary } from '../../contract/requests/image-requests.ts';
import { readTrainingLog } from '../../tasks/training/training-log.ts';
import { listPreviews, readPreview } from '../../tasks/training/training-previews.ts';
import type { Project } from '../../project/project.ts';
import type { WorkerJobControl } from '../job-messages.ts';
import type { Scope } from '../../project/scope.ts';
import { forgetProject, projectOf, scopeOf } from '../../project/scope.ts';
import { addImages } from '../../tasks/images/add-images.ts';
import { detachLabels } from '../../tasks/images/attach-labels.ts';
import { candidatesOf, prefetchCandidates } from '../../tasks/foreground/candidate-desk.ts';
import { annotationEdits } from '../../tasks/edits/annotation-edits.ts';
import { changeImages, removeImages, restoreImages } from '../../tasks/images/change-images.ts';
import { describeProject, summariseImages } from '../../tasks/images/describe-project.ts';
import type { ProjectDescription } from '../../tasks/images/describe-project.ts';
import { displayImage } from '../../tasks/images/display-image.ts';
import {
  acceptSuggestions,
  previewThreshold,
  thresholdRange,
} from '../../tasks/foreground/edit-foreground.ts';
import { findLocationsOf } from '../../tasks/locations/edit-locations.ts';
import { inspectImages } from '../../tasks/images/inspect-images.ts';
import { saveModelFile } from '../../tasks/models/save-model-file.ts';
import { forgetChangedForeground } from '../../tasks/foreground/known-foreground.ts';
import { listModels, modelsOf, readModel } from '../../tasks/models/list-models.ts';
import { ModelStore } from '../../project/model-store.ts';
import { discardLesson } from '../../tasks/training/discard-lesson.ts';
import { planImport } from '../../tasks/imports/plan-import.ts';
import { nextImages } from '../../tasks/review/next-images.ts';
import { planView } from '../../tasks/training/plan-view.ts';
import { planWarnings } from '../../tasks/training/training-warnings.ts';
import { readForeground } from '../../tasks/foreground/read-foreground.ts';
import { readLabels } from '../../tasks/images/read-labels.ts';
import { readLocations } from '../../tasks/locations/read-locations.ts';
import { takeOverPredictions } from '../../tasks/review/open-review.ts';
import { readReview } from '../../tasks/review/review-view.ts';
import { changedSinceSummary } from '../../tasks/images/summarise-image.ts';
import { comparableCells } from '../../tasks/results/compare-cells.ts';
import { aheadThread, demandThread } from '../../tasks/annotation-threads.ts';
import { thumbnail } from '../../tasks/images/thumbnail.ts';
import { tile } from '../../tasks/images/tile.ts';

/** The changes of an imaging job, reported before it ends, for every window. */
export interface ProjectChanges {
  /** Images with new summaries. */
  changed?: ImageSummary[];
  removed?: ImageId[];
  /** Settings, or the order of the images: windows read the project again. */
  project?: true;
  /** The list of models. */
  models?: true;
}

/** The saved reports of a training: steps, epochs, and epochs with a preview. */
export interface KeptTraining {
  steps: StepReport[];
  epochs: EpochReport[];
  previews: number[];
}

/** A request of the contract with the project folder instead of the project id. */
export type Scoped<Name extends RequestName> = Scope & { params: CheckedParams<Name> };

/** The use case of a request, on its project. */
type UseCase<Name extends RequestName> = (
  project: Project,
  params: CheckedParams<Name>,
  control: WorkerJobControl,
) => Promise<RequestResult<Name>>;

/** A use case that changes images. Reports their new summaries before it ends. */
function changing<Name extends RequestName>(
  imagesOf: (params: CheckedParams<Name>, result: RequestResult<Name>) => readonly ImageId[],
  work: UseCase<Name>,
): UseCase<Name> {
  return async (project, params, control) => {
    const result = await work(project, params, control);
    control.report(await changesOf(project, imagesOf(params, result)));
    return result;
  };
}

/** A use case that changes more than images, which every window should know. */
function telling<Name extends RequestName>(changes: ProjectChanges, work: UseCase<Name>): UseCase<Name> {
  return async (project, params, control) => {
    const result = await work(project, params, control);
    control.report(changes);
    return result;
  };
}

async function changesOf(project: Project, ids: readonly ImageId[]): Promise<ProjectChanges> {
  const there = project.manifest.images.filter(({ id }) => ids.includes(id));
  return {
    changed: await summariseImages(project, there),
    removed: ids.filter((id) => there.every((image) => image.id !== id)),
  };
}

/** Reports each changed image at once: work on many images may be cancelled, and windows show its results. */
function reporting(project: Project, control: WorkerJobControl): (image: ImageId) => Promise<void> {
  return async (image) => control.report(await changesOf(project, [image]));
}

/** The requests that this process answers, each with its use case. */
const requestJobs: { [Name in RequestsOf<'imaging'>]: UseCase<Name> } = {
  ...annotationEdits,

  'images.display': (project, { image }) => displayImage(project, image),
  'images.change': async (project, params, control) => {
    await changeImages(project, params);
    const changed = await summariseImages(project, project.images(params.images));
    control.report({ changed } satisfies ProjectChanges);
    return changed;
  },
  'images.remove': changing<'images.remove'>(
    ({ images }) => images,
    async (project, { images }) => {
      await removeImages(project, images);
      return null;
    },
  ),
  // Restored images get their old positions, which only the whole list shows.
  'images.restore': telling<'images.restore'>(
    { project: true },
    changing<'images.restore'>(
      ({ images }) => images,
      async (project, { images }) => {
        await restoreImages(project, images);
        return null;
      },
    ),
  ),

  'images.inspect': inspectImages,
  'images.add': changing<'images.add'>(
    (_params, { added, known, updated, attached }) => [
      ...new Set([
        ...added,
        ...[...known, ...updated].map(({ image }) => image),
        ...attached.map(({ id }) => id),
      ]),
    ],
    async (project, { paths, options }, control) => {
      const { added, ...rest } = await addImages(project, { paths, ...options }, control).catch(
        (error: unknown) => {
          // Images added before an error or a cancel stay in the project.
          control.report({ project: true } satisfies ProjectChanges);
          throw error;
        },
      );
      return { ...rest, added: added.map(({ id }) => id) };
    },
  ),

  'images.detachLabels': changing<'images.detachLabels'>(
    ({ images }) => images,
    async (project, { images, edit }) => {
      await detachLabels(project, project.images(images), edit);
      return null;
    },
  ),

  'labels.read': (project, { image }) => readLabels(project, image),

  'foreground.candidates': (project, { image, coarse }, { signal }) =>
    candidatesOf(project, project.image(image), signal, 'demand', coarse),
  'foreground.prefetch': (project, { images }) => {
    prefetchCandidates(project, project.images(images));
    return Promise.resolve(null);
  },
  'foreground.read': async (project, { image }) => {
    await forgetChangedForeground(project, project.image(image));
    return readForeground(project, image);
  },
  'foreground.preview': (project, { image, threshold }, { signal }) =>
    previewThreshold(project, project.image(image), threshold, signal),
  'foreground.range': (project, { image }, { signal }) =>
    thresholdRange(project, project.image(image), signal),
  'foreground.acceptSuggestions': (project, { minConfidence, edit }, control) =>
    acceptSuggestions(project, minConfidence, control, edit, reporting(project, control)),
  'foreground.saveSettings': telling<'foreground.saveSettings'>(
    { project: true },
    async (project, { settings }) => {
      await project.update((manifest) => ({
        ...manifest,
        settings: { ...manifest.settings, foreground: settings },
      }));
      return null;
    },
  ),

  'locations.read': (project, { image }) => readLocations(project, image),
  'locations.preview': (project, { image, settings, coarse }, { signal }) =>
    demandThread.run(
      'locations',
      { ...scopeOf(project), image, settings, coarse },
      { signal, onCrash: 'again' },
    ),
  'locations.find': async (project, params, control) => {
    const result = await findLocationsOf(project, params, control, reporting(project, control));
    if (params.settings !== undefined) control.report({ project: true } satisfies ProjectChanges);
    return result;
  },

  'training.lesson': async (project, { model }) => {
    const { card } = await new ModelStore(project.path('models')).load(model);
    return card.training?.teaching ?? null;
  },
  'training.discardLesson': telling<'training.discardLesson'>(
    { models: true, project: true },
    async (project, { model }) => {
      await discardLesson(project, model);
      return null;
    },
  ),
  'training.plan': (project, { images }) => planView(project, images),
  'training.warnings': (project, { images }) => planWarnings(project, images),
  'training.saveSettings': telling<'training.saveSettings'>(
    { project: true },
    async (project, { settings }) => {
      await project.update((manifest) => ({
        ...manifest,
        settings: { ...manifest.settings, training: settings },
      }));
      return null;
    },
  ),
  'models.list': (project) => listModels(project),
  'models.read': (project, { model }) => readModel(project, model),
  'models.rename': telling<'models.rename'>({ models: true }, async (project, { model, name }) => {
    await modelsOf(project).rename(model, name);
    return listModels(project);
  }),
  'models.delete': telling<'models.delete'>({ models: true }, async (project, { model }) => {
    await modelsOf(project).remove(model);
    return listModels(project);
  }),
  'models.export': (project, { model, path }) => saveModelFile(project, model, path),
  'models.import': telling<'models.import'>({ models: true }, async (project, { path }) => {
    const id = await modelsOf(project).importFile(path);
    return readModel(project, id);
  }),

  'review.next': (project, _, control) => nextImages(project, control),
  'review.read': (project, { image }) => readReview(project, image),
  'review.planImport': planImport,
  'review.saveSettings': async (project, { settings }) => {
    await project.update((manifest) => ({
      ...manifest,
      settings: { ...manifest.settings, review: settings },
    }));
    return null;
  },

  'results.evaluate': (project, params, control) =>
    demandThread.run('evaluate', { ...scopeOf(project), params }, { ...control, onCrash: 'again' }),
  'results.cells': (project, params, { signal }) =>
    demandThread.run('cells', { ...scopeOf(project), params }, { signal, onCrash: 'again' }),
  'results.comparable': (project, { image }) => comparableCells(project, image),
  'results.compare': (project, params, { signal }) =>
    demandThread.run('compare', { ...scopeOf(project), params }, { signal, onCrash: 'again' }),
  'export.run': (project, params, control) =>
    aheadThread.run('export', { ...scopeOf(project), params }, control),
};

/** Jobs for the host itself, by name. */
const hostJobs = {
  describe: async (scope: Scope): Promise<ProjectDescription> => describeProject(await projectOf(scope)),

  /** Reports the summaries of images that another process has changed. */
  summarise: async ({ images, ...scope }: Scope & { images: ImageId[] }): Promise<ProjectChanges> => {
    const project = await projectOf(scope);
    // They may have been segmented again.
    await takeOverPredictions(project, images);
    return changesOf(project, images);
  },

  tile: async ({ address, ...scope }: Scope & { address: Parameters<typeof tile>[1] }): Promise<Uint8Array> =>
    tile(await projectOf(scope), address),

  thumbnail: async ({
    image,
    size,
    ...scope
  }: Scope & { image: ImageId; size: number }): Promise<Uint8Array> =>
    thumbnail(await projectOf(scope), image, size),

  'sample.make': ({ folder }: { folder: string }, control: WorkerJobControl): Promise<null> =>
    demandThread.run('makeSample', { folder }, control),

  'project.rename': async ({ name, ...scope }: Scope & { name: string }): Promise<null> => {
    const project = await projectOf(scope);
    await project.update((manifest) => ({ ...manifest, name }));
    return null;
  },

  /** The host has closed the project. */
  'project.forget': (scope: Scope): Promise<null> => {
    forgetProject(scope);
    return Promise.resolve(null);
  },

  /** Restores a copy of `project.json` in an open project. */
  'project.restore': async ({ copy, ...scope }: Scope & { copy: string }): Promise<null> => {
    await (await projectOf(scope)).restore(copy);
    return null;
  },

  'training.log': async ({ model, ...scope }: Scope & { model: string }): Promise<KeptTraining> => {
    const folder = modelsOf(await projectOf(scope)).path(model);
    return { ...(await readTrainingLog(folder)), previews: await listPreviews(folder) };
  },
  'training.readPreview': async ({ model, epoch, ...scope }: Scope & { model: string; epoch: number }) =>
    readPreview(modelsOf(await projectOf(scope)).path(model), epoch),
  /** The last interrupted training, for a restarted host. */
  'training.unfinished': async (scope: Scope): Promise<{ model: string; run: TrainingRun } | null> => {
    const models = modelsOf(await projectOf(scope));
    if ((await models.unfinished()).length === 0) return null;
    const model = await models.findResumable('newest');
    return { model, run: await models.readRun(model) };
  },
};

/** The images that an edit has changed, or whose changed files another request has imported. */
async function changedBy(name: RequestName, project: Project, params: object): Promise<ImageId[]> {
  const { image, edit } = params as { image?: ImageId; edit?: string };
  if (image !== undefined && edit !== undefined) return [image];
  if (effectOf(name) !== 'import') return [];
  const images = image === undefined ? project.manifest.images : [project.image(image)];
  return changedSinceSummary(project, images);
}

/** Runs a use case on its project, and reports the images that it has changed. */
function scoped<Name extends RequestsOf<'imaging'>>(
  name: Name,
): (scoped: Scoped<Name>, control: WorkerJobControl) => Promise<RequestResult<Name>> {
  return async ({ params, ...scope }, control) => {
    const project = await projectOf(scope);
    const result = await requestJobs[name](project, params, control);
    const changed = await changedBy(name, project, params);
    if (changed.length > 0) control.report(await changesOf(project, changed));
    return result;
  };
}

type RequestJobs = { [Name in RequestsOf<'imaging'>]: ReturnType<typeof scoped<Name>> };
export type ImagingJobs = typeof hostJobs & RequestJobs;

/** All jobs of the imaging process, by name. */
export const imagingJobs: ImagingJobs = {
  ...hostJobs,
  ...(Object.fromEntries(
    Object.keys(requestJobs).map((name) => [name, scoped(name as RequestsOf<'imaging'>)]),
  ) as RequestJobs),
};
