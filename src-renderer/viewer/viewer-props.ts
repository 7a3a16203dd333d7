import type { Snippet } from 'svelte';
import type { KeyPointer } from './key-pointer.svelte.ts';
import type { PaneScene } from './scene.ts';
import type { ImagePointer, ViewerTool } from './tool.ts';

/** The common props of viewers. */
export interface ViewerProps {
  /** The name of the image, for screen readers. */
  label: string;
  panes: readonly PaneScene[];
  tool?: ViewerTool | null;
  /** A pointer that keys move. */
  keyPointer?: KeyPointer | null;
  onhover?: (pointer: ImagePointer | null) => void;
  /** A press without a drag. */
  onclick?: (pointer: ImagePointer) => void;
  /** Content over each pane. */
  corner?: Snippet<[PaneScene, number]>;
  /** Content over the whole viewer. */
  children?: Snippet;
}
