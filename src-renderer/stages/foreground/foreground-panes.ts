import type { CandidateView } from '../../../src-main/contract/requests/foreground-requests.ts';
import type { ImageSummary } from '../../../src-main/contract/requests/image-requests.ts';
import type { ContourSet } from '../../../src-main/contract/pixels.ts';
import type { ProjectState } from '../../state/project.svelte.ts';
import { foregroundStyle } from '../../viewer/contour-styles.ts';
import type { ContourOverlay, PaneScene } from '../../viewer/scene.ts';

/**
 * The panes: five candidates and the image alone; with a threshold or brush, the result and the image alone.
 */
export function foregroundPanes(project: ProjectState, image: ImageSummary): PaneScene[] {
  const { foreground, display } = project;
  const base = { source: display.source(image), looks: display.looks(image) };
  const { overlay } = display.settings;
  const raw: PaneScene = { ...base, key: 'raw' };
  const contours = (set: ContourSet | null | undefined): ContourOverlay[] | undefined =>
    set
      ? [
          {
            set,
            styles: [foregroundStyle],
            halo: true,
            outline: overlay.outline,
            fillOpacity: overlay.fill ? overlay.fillOpacity : 0,
          },
        ]
      : undefined;

  const view = foreground.view.of(image.id);
  if (foreground.ownThreshold?.image === image.id) {
    const { preview } = foreground.ownThreshold;
    return [{ ...base, key: 'own', contours: contours(preview?.contours) }, raw];
  }
  if (foreground.brush) {
    return [
      {
        ...base,
        key: 'painted',
        contours: contours(view?.contours),
        strokes: foreground.strokes.map(({ path, radiusPx, mode }) => ({ path, radiusPx, mode })),
      },
      raw,
    ];
  }
  const candidates: readonly (CandidateView | undefined)[] =
    foreground.shownCandidates(image)?.candidates ?? Array.from({ length: 5 }, () => undefined);
  // A foreground that is none of the five candidates takes the sixth pane.
  const own = view && (view.painted || view.pick.kind === 'threshold' || view.pick.kind === 'imported');
  return [
    ...candidates.map((candidate, i) => ({
      ...base,
      key: `candidate-${i}`,
      contours: contours(candidate?.contours),
    })),
    own ? { ...base, key: 'yours', contours: contours(view.contours) } : raw,
  ];
}
