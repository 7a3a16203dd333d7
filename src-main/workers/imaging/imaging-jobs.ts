import type { ImageId } from '../../contract/fields.ts';
import type { CheckedParams, RequestName, RequestResult } from '../../contract/requests.ts';
import type { ImageSummary } from '../../contract/requests/images.ts';
import type { Project } from '../../project/project.ts';
import type { ChildJobControl } from '../job-messages.ts';
import type { Scope } from '../scope.ts';
import { projectOf } from '../scope.ts';
import { changeImages, removeImages, restoreImages } from './change-images.ts';
import { describeProject, summariseImages } from './describe-project.ts';
import type { ProjectDescription } from './describe-project.ts';
import { displayImage } from './display-image.ts';
import { makeSample } from './make-sample.ts';
import { readForeground } from './read-foreground.ts';
import { stepHistory } from './step-history.ts';
import { thumbnail } from './thumbnail.ts';
import { tile } from './tile.ts';

/** What a job of the imaging process tells the host before it ends: images whose summaries every window should have. */
export interface ChangedImages {
  changed: ImageSummary[];
  removed: ImageId[];
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

  'sample.make': async ({ folder }: { folder: string }, control: ChildJobControl): Promise<null> => {
    await makeSample(folder, control);
    return null;
  },

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

  'foreground.read': reading<'foreground.read'>((project, { image }) => readForeground(project, image)),

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
