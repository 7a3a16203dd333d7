import type { ImageSummary } from '../../src-main/contract/requests/image-requests.ts';
import type { ProjectState } from '../state/project.svelte.ts';
import { foregroundStyle } from '../viewer/contour-styles.ts';
import type { PaneScene, PointOverlay } from '../viewer/scene.ts';

/** An image with its foreground as a thin line, and points over it. */
export function annotationPane(
  { display, foreground }: ProjectState,
  image: ImageSummary,
  points: PointOverlay | undefined,
): PaneScene {
  const set = foreground.view.of(image.id)?.contours;
  const { overlay } = display.settings;
  return {
    key: image.id,
    source: display.source(image),
    looks: display.looks(image),
    contours: set
      ? [
          {
            set,
            styles: [{ ...foregroundStyle, opacity: 0.9, widthPx: 1.25 }],
            halo: true,
            outline: overlay.outline,
            fillOpacity: overlay.fill ? overlay.fillOpacity : 0,
          },
        ]
      : undefined,
    points: overlay.points ? points : undefined,
  };
}
