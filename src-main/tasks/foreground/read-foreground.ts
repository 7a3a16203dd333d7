import type { AnnotationSource } from '../../contract/project-files.ts';
import { foregroundPick } from '../../contract/requests/foreground-requests.ts';
import type { ForegroundView } from '../../contract/requests/foreground-requests.ts';
import type { Project } from '../../project/project.ts';
import { foregroundWithView, forgetChangedForeground } from './known-foreground.ts';

/** The foreground of an image, and how it was made. */
export async function readForeground(project: Project, imageId: string): Promise<ForegroundView> {
  const image = project.image(imageId);
  const { found, state, revision } = await foregroundWithView(project, image);
  const part = state.foreground;
  const origin = part === null ? null : part.source;
  return {
    image: image.id,
    pick: pickOf(origin),
    painted: origin?.method === 'edited',
    fraction: found === null || part === null ? 0 : part.count / (image.height * image.width),
    mask: found?.mask ?? null,
    contours: found?.contours ?? null,
    sha256: part?.sha256 ?? null,
    revision,
  };
}

/** The foreground of an image that a person opens. A file changed by another program is imported. */
export async function openForeground(project: Project, imageId: string): Promise<ForegroundView> {
  await forgetChangedForeground(project, project.image(imageId));
  return readForeground(project, imageId);
}

/** The pick in the source of an annotation. Brush strokes keep the pick that they were drawn on. */
export function pickOf(source: AnnotationSource | null): ForegroundView['pick'] {
  if (source === null) return { kind: 'missing' };
  switch (source.method) {
    case 'none-will-do':
      return { kind: 'none' };
    case 'candidate':
      return parsed({ kind: 'candidate', index: Number(source.parameters.candidate) - 1 });
    case 'threshold':
      return parsed({ kind: 'threshold', threshold: source.parameters.threshold });
    case 'edited':
      return parsed(source.parameters.pick);
    default:
      return { kind: 'imported' };
  }
}

function parsed(value: unknown): ForegroundView['pick'] {
  const pick = foregroundPick.safeParse(value);
  return pick.success ? pick.data : { kind: 'imported' };
}
