import type { Snippet } from 'svelte';
import type { PaneScene } from './scene.ts';
import type { ImagePointer, ViewerTool } from './tool.ts';

/** What whoever shows images says of them. */
export interface ViewerProps {
  /** What the image is called, for screen readers. */
  label: string;
  panes: readonly PaneScene[];
  tool?: ViewerTool | null;
  onhover?: (pointer: ImagePointer | null) => void;
  /** A press that moved nothing. */
  onclick?: (pointer: ImagePointer) => void;
  /** What lies over each pane. */
  corner?: Snippet<[PaneScene, number]>;
  /** What lies over the whole viewer. */
  children?: Snippet;
}
