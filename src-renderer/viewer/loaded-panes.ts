import type { PaneScene } from './scene.ts';

/**
 * The panes as they can be painted. Until an image's size is known, the camera still shows the image before.
 * Overlays would be painted in the wrong place, over nothing.
 */
export function loadedPanes(panes: readonly PaneScene[]): readonly PaneScene[] {
  if (panes.every(({ source }) => source !== null)) return panes;
  return panes.map((pane) =>
    pane.source ? pane : { key: pane.key, source: pane.source, looks: pane.looks },
  );
}
