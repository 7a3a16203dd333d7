import type { ImageEntry } from '../../contract/project-files.ts';
import type { CandidatesView } from '../../contract/requests/foreground-requests.ts';
import type { Project } from '../../project/project.ts';
import { scopeOf } from '../../project/scope.ts';
import { ByteCache } from '../../imaging/source/byte-cache.ts';
import { pixelsKey } from '../images/pixels-key.ts';
import { SharedWork } from '../shared-work.ts';
import { aheadThread, demandThread } from '../annotation-threads.ts';

const ready = new ByteCache<CandidatesView>(96 * 2 ** 20);
const underWay = new Map<string, SharedWork<CandidatesView>>();
let ahead = new AbortController();
/** Never aborted. */
const finished = new AbortController().signal;

/** Who needs the candidates: a person who looks at the image, or work in the background. */
type WantedBy = 'demand' | 'ahead';

/**
 * The five candidates of an image. They may be computed ahead, in progress, or new.
 * @param coarse computes on large blocks of pixels, for a first look at a large image. Sharp candidates are
 *   returned if they are ready.
 */
export async function candidatesOf(
  project: Project,
  image: ImageEntry,
  signal: AbortSignal,
  by: WantedBy = 'demand',
  coarse = false,
): Promise<CandidatesView> {
  const sharp = coarse ? ready.get(await keyOf(project, image)) : undefined;
  if (sharp !== undefined) return sharp;
  const key = await keyOf(project, image, coarse);
  return ready.get(key) ?? workOn(project, image, key, by, coarse).wait(signal);
}

/**
 * Computes the candidates of images ahead, one after the other. A later call replaces the images of an
 * earlier one. The image in progress is finished, because it is mostly still needed, and a stopped thread
 * takes long to start again.
 */
export function prefetchCandidates(project: Project, images: readonly ImageEntry[]): void {
  ahead.abort();
  ahead = new AbortController();
  void lookAhead(project, images, ahead.signal);
}

async function lookAhead(
  project: Project,
  images: readonly ImageEntry[],
  signal: AbortSignal,
): Promise<void> {
  for (const image of images) {
    const key = await keyOf(project, image);
    if (signal.aborted) return;
    // An image that fails is reported when a person opens it.
    if (ready.get(key) === undefined)
      await workOn(project, image, key, 'ahead')
        .wait(finished)
        .catch(() => undefined);
  }
}

function workOn(
  project: Project,
  image: ImageEntry,
  key: string,
  by: WantedBy,
  coarse = false,
): SharedWork<CandidatesView> {
  const known = underWay.get(key);
  if (known !== undefined && !known.stopped) return known;
  const thread = by === 'demand' ? demandThread : aheadThread;
  const settings = project.manifest.settings.foreground;
  const work = new SharedWork((signal) =>
    thread.run(
      'candidates',
      { ...scopeOf(project), image: image.id, settings, coarse },
      { signal, onCrash: 'again' },
    ),
  );
  underWay.set(key, work);
  work.result
    .then((view) => ready.set(key, view, bytesOf(view)))
    .catch(() => undefined)
    .finally(() => {
      if (underWay.get(key) === work) underWay.delete(key);
    });
  return work;
}

/**
 * Changes whenever the candidates change. They depend on pixels, plane, channel, settings, and the locations
 * that rank them.
 */
async function keyOf(project: Project, image: ImageEntry, coarse = false): Promise<string> {
  const { state } = await project.annotation(image).view();
  return JSON.stringify([
    project.folder,
    image.id,
    pixelsKey(image),
    image.plane,
    image.roles.cells,
    project.manifest.settings.foreground,
    state.locations?.sha256 ?? null,
    coarse,
  ]);
}

function bytesOf({ candidates }: CandidatesView): number {
  return candidates.reduce(
    (sum, { mask, contours }) => sum + mask.bits.byteLength + contours.points.byteLength,
    0,
  );
}
