import type { ImageId } from '../../contract/fields.ts';
import type { CheckedParams, RequestName, RequestResult, RequestsOf } from '../../contract/requests.ts';
import type { Project } from '../../project/project.ts';
import { forgetProject, projectOf, scopeOf } from '../../project/scope.ts';
import type { Scope } from '../../project/scope.ts';
import { aheadThread, demandThread } from '../../tasks/annotation-threads.ts';
import { annotationEdits } from '../../tasks/edits/annotation-edits.ts';
import { candidatesOf, prefetchCandidates } from '../../tasks/foreground/candidate-desk.ts';
import {
  acceptSuggestions,
  previewThreshold,
  thresholdRange,
} from '../../tasks/foreground/edit-foreground.ts';
import { openForeground } from '../../tasks/foreground/read-foreground.ts';
import { addImages, asIds, imagesOf } from '../../tasks/images/add-images.ts';
import { detachLabels } from '../../tasks/images/attach-labels.ts';
import { removeImages, restoreImages } from '../../tasks/images/change-images.ts';
import { describeProject } from '../../tasks/images/describe-project.ts';
import { displayImage } from '../../tasks/images/display-image.ts';
import { inspectImages } from '../../tasks/images/inspect-images.ts';
import {
  changeAndSummarise,
  changedBy,
  changesElsewhere,
  changesOf,
} from '../../tasks/images/project-changes.ts';
import type { ProjectChanges } from '../../tasks/images/project-changes.ts';
import { readLabels } from '../../tasks/images/read-labels.ts';
import { thumbnail } from '../../tasks/images/thumbnail.ts';
import { tile } from '../../tasks/images/tile.ts';
import { planImport } from '../../tasks/imports/plan-import.ts';
import { findLocationsOf } from '../../tasks/locations/edit-locations.ts';
import { readLocations } from '../../tasks/locations/read-locations.ts';
import { deleteModel, importModel, renameModel } from '../../tasks/models/change-models.ts';
import { listModels, readModel } from '../../tasks/models/list-models.ts';
import { saveModelFile } from '../../tasks/models/save-model-file.ts';
import { renameProject } from '../../tasks/projects/rename-project.ts';
import { saveSettings } from '../../tasks/projects/save-settings.ts';
import { comparableCells } from '../../tasks/results/compare-cells.ts';
import { nextImages } from '../../tasks/review/next-images.ts';
import { readReview } from '../../tasks/review/review-view.ts';
import { discardLesson } from '../../tasks/training/discard-lesson.ts';
import {
  findInterruptedTraining,
  readKeptPreview,
  readKeptTraining,
} from '../../tasks/training/kept-training.ts';
import { planView } from '../../tasks/training/plan-view.ts';
import { readLesson } from '../../tasks/training/read-lesson.ts';
import { planWarnings } from '../../tasks/training/training-warnings.ts';
import type { WorkerJobControl } from '../job-messages.ts';

/** A request of the contract with the project folder instead of the project id. */
export type Scoped<Name extends RequestName> = Scope & { params: CheckedParams<Name> };

/** The use case of a request, on its project. */
type UseCase<Name extends RequestName> = (
  project: Project,
  params: CheckedParams<Name>,
  control: WorkerJobControl,
) => Promise<RequestResult<Name>>;

/** What a use case changes, known before its end or from its params and its result. */
type Changes<Name extends RequestName> =
  | ProjectChanges
  | ((
      project: Project,
      params: CheckedParams<Name>,
      result: RequestResult<Name>,
    ) => ProjectChanges | Promise<ProjectChanges>);

/** A use case whose changes every window should know. They are reported before it ends. */
function telling<Name extends RequestName>(changes: Changes<Name>, work: UseCase<Name>): UseCase<Name> {
  return async (project, params, control) => {
    const result = await work(project, params, control);
    control.report(typeof changes === 'function' ? await changes(project, params, result) : changes);
    return result;
  };
}

/** A use case that may have changed something before an error or a cancel, which windows should know. */
function tellingErrors<Name extends RequestName>(
  changes: ProjectChanges,
  work: UseCase<Name>,
): UseCase<Name> {
  return (project, params, control) =>
    work(project, params, control).catch((error: unknown) => {
      control.report(changes);
      throw error;
    });
}

/** A use case without a result. */
function silent<Params>(
  work: (project: Project, params: Params) => unknown,
): (project: Project, params: Params) => Promise<null> {
  return async (project, params) => {
    await work(project, params);
    return null;
  };
}

/** The changes of the named images. */
const ofImages = (project: Project, { images }: { images: readonly ImageId[] }): Promise<ProjectChanges> =>
  changesOf(project, images);

/** Reports each changed image at once: work on many images may be cancelled, and windows show its results. */
function reporting(project: Project, control: WorkerJobControl): (image: ImageId) => Promise<void> {
  return async (image) => control.report(await changesOf(project, [image]));
}

/** The requests that this process answers, each with its use case. */
const requestJobs: { [Name in RequestsOf<'imaging'>]: UseCase<Name> } = {
  ...annotationEdits,

  'images.display': (project, { image }, { signal }) => displayImage(project, image, signal),
  'images.change': telling<'images.change'>(
    (_project, _params, changed) => ({ changed }),
    changeAndSummarise,
  ),
  'images.remove': telling<'images.remove'>(
    ofImages,
    silent((project, { images }) => removeImages(project, images)),
  ),
  'images.restore': telling<'images.restore'>(
    // Restored images get their old positions, which only the whole list shows.
    async (project, params) => ({ ...(await ofImages(project, params)), project: true }),
    silent((project, { images }) => restoreImages(project, images)),
  ),
  'images.inspect': inspectImages,
  'images.add': telling<'images.add'>(
    (project, _params, result) => changesOf(project, imagesOf(result)),
    // Images added before an error or a cancel stay in the project.
    tellingErrors({ project: true }, async (project, { paths, options }, control) =>
      asIds(
        await addImages(project, { paths, ...options }, control, async (images) =>
          control.report(await changesOf(project, images)),
        ),
      ),
    ),
  ),
  'images.detachLabels': telling<'images.detachLabels'>(
    ofImages,
    silent((project, { images, edit }) => detachLabels(project, project.images(images), edit)),
  ),
  'labels.read': (project, { image }) => readLabels(project, image),

  'foreground.candidates': (project, { image, coarse }, { signal }) =>
    candidatesOf(project, project.image(image), signal, 'demand', coarse),
  'foreground.prefetch': silent((project, { images }) => prefetchCandidates(project, project.images(images))),
  'foreground.read': (project, { image }) => openForeground(project, image),
  'foreground.preview': (project, { image, threshold }, { signal }) =>
    previewThreshold(project, project.image(image), threshold, signal),
  'foreground.range': (project, { image }, { signal }) =>
    thresholdRange(project, project.image(image), signal),
  'foreground.acceptSuggestions': (project, { minConfidence, edit }, control) =>
    acceptSuggestions(project, minConfidence, control, edit, reporting(project, control)),
  'foreground.saveSettings': telling<'foreground.saveSettings'>(
    { project: true },
    silent((project, { settings }) => saveSettings(project, 'foreground', settings)),
  ),

  'locations.read': (project, { image }) => readLocations(project, image),
  'locations.preview': (project, { image, settings, coarse }, { signal }) =>
    demandThread.run(
      'locations',
      { ...scopeOf(project), image, settings, coarse },
      { signal, onCrash: 'again' },
    ),
  'locations.find': telling<'locations.find'>(
    (_project, { settings }) => (settings === undefined ? {} : { project: true }),
    (project, params, control) => findLocationsOf(project, params, control, reporting(project, control)),
  ),

  'training.lesson': (project, { model }) => readLesson(project, model),
  'training.discardLesson': telling<'training.discardLesson'>(
    { models: true, project: true },
    silent((project, { model }) => discardLesson(project, model)),
  ),
  'training.plan': (project, { images }) => planView(project, images),
  'training.warnings': (project, { images }) => planWarnings(project, images),
  'training.saveSettings': telling<'training.saveSettings'>(
    { project: true },
    silent((project, { settings }) => saveSettings(project, 'training', settings)),
  ),
  'models.list': listModels,
  'models.read': (project, { model }) => readModel(project, model),
  'models.rename': telling<'models.rename'>({ models: true }, (project, { model, name }) =>
    renameModel(project, model, name),
  ),
  'models.delete': telling<'models.delete'>({ models: true }, (project, { model }) =>
    deleteModel(project, model),
  ),
  'models.export': (project, { model, path }) => saveModelFile(project, model, path),
  'models.import': telling<'models.import'>({ models: true }, (project, { path }) =>
    importModel(project, path),
  ),

  'review.next': (project, _, control) => nextImages(project, control),
  'review.read': (project, { image }) => readReview(project, image),
  'review.planImport': planImport,
  'review.saveSettings': silent((project, { settings }) => saveSettings(project, 'review', settings)),

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

/** A job of the host on a project. */
function onProject<Params extends object, Result>(
  work: (project: Project, params: Params, control: WorkerJobControl) => Promise<Result>,
): (params: Scope & Params, control: WorkerJobControl) => Promise<Result> {
  return async (params, control) => work(await projectOf(params), params, control);
}

/** Jobs for the host itself, by name. */
const hostJobs = {
  describe: onProject(describeProject),
  /** Reports the summaries of images that another process has changed. */
  summarise: onProject((project, { images }: { images: ImageId[] }) => changesElsewhere(project, images)),
  tile: onProject((project, { address }: { address: Parameters<typeof tile>[1] }, { signal }) =>
    tile(project, address, signal),
  ),
  thumbnail: onProject((project, { image, size }: { image: ImageId; size: number }, { signal }) =>
    thumbnail(project, image, size, signal),
  ),
  'sample.make': ({ folder }: { folder: string }, control: WorkerJobControl): Promise<null> =>
    demandThread.run('makeSample', { folder }, control),
  'project.rename': onProject(silent((project, { name }: { name: string }) => renameProject(project, name))),
  /** The host has closed the project. */
  'project.forget': (scope: Scope): Promise<null> => {
    forgetProject(scope);
    return Promise.resolve(null);
  },
  /** Restores a copy of `project.json` in an open project. */
  'project.restore': onProject(silent((project, { copy }: { copy: string }) => project.restore(copy))),
  'training.log': onProject((project, { model }: { model: string }) => readKeptTraining(project, model)),
  'training.readPreview': onProject((project, { model, epoch }: { model: string; epoch: number }) =>
    readKeptPreview(project, model, epoch),
  ),
  /** The last interrupted training, for a restarted host. */
  'training.unfinished': onProject(findInterruptedTraining),
};

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
