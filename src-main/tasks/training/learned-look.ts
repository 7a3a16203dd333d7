import { LacssError } from '../../contract/errors.ts';
import type { LearnedLook } from '../../contract/model-card.ts';
import type { FloatPlane } from '../../contract/pixels.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import type { CellSize } from '../../contract/training.ts';
import type { TrainingRun } from '../../contract/training-run.ts';
import { meanLook } from '../../model/compare-look.ts';
import { imageLook } from '../../model/image-look.ts';
import type { LookFigures } from '../../model/image-look.ts';
import { imageScale } from '../../model/image-scale.ts';
import { lookInBands } from '../../model/look-in-bands.ts';
import { imageStatistics } from '../../model/prepare-in-strips.ts';
import { presets } from '../../model/presets.ts';
import { loadRole, roleBands } from '../../project/load-image.ts';
import type { Project } from '../../project/project.ts';
import { letMessagesIn } from '../for-each-item.ts';
import { meanPixelSize } from './mean-pixel-size.ts';

/** More images hardly change the look. */
const mostImages = 24;

/** Larger images are read in bands, as for segmentation. */
const mostPixels = 2 ** 24;

/** The look of the images of a training; `undefined` if none can be read. @throws LacssError `cancelled` */
export async function learnedLook(
  project: Project,
  run: TrainingRun,
  cellSize: CellSize,
  signal: AbortSignal,
): Promise<LearnedLook | undefined> {
  const looks: LookFigures[][] = [];
  const shares: number[] = [];
  const images = project.images(run.training);
  const step = Math.max(1, Math.floor(images.length / mostImages));
  for (const image of images.filter((_, i) => i % step === 0).slice(0, mostImages)) {
    try {
      const scale = imageScale(cellSize, presets[run.preset].cellDiameterPx, meanPixelSize(image));
      const look = await lookOf(project, image, { roles: run.channels, scale, signal });
      if (look === null) continue;
      looks.push(look);
      const { state } = await project.annotation(image).view();
      if (state.foreground !== null) shares.push(state.foreground.count / (image.height * image.width));
    } catch (error) {
      // A model needs no look. A missing image must not cost the training.
      if (!(error instanceof LacssError) || error.code === 'cancelled') throw error;
    }
    await letMessagesIn(signal);
  }
  if (looks.length === 0) return undefined;
  const share = shares.reduce((sum, value) => sum + value, 0) / shares.length;
  const foregroundShare = shares.length === 0 ? null : share;
  return { images: looks.length, foregroundShare, channels: meanLook(looks) };
}

async function lookOf(
  project: Project,
  image: ImageEntry,
  { roles, scale, signal }: { roles: TrainingRun['channels']; scale: number; signal: AbortSignal },
): Promise<LookFigures[] | null> {
  const { height, width } = image;
  if (height * width > mostPixels) {
    const channels = roles.map((role) => () => roleBands(project, image, role, signal));
    const pace = (): Promise<void> => letMessagesIn(signal);
    const large = { height, width, channels };
    return lookInBands(large, await imageStatistics(large, pace), scale, pace);
  }
  const planes: FloatPlane[] = [];
  for (const role of roles) planes.push(await loadRole(project, image, role, { signal }));
  return imageLook(planes, scale);
}
