/** The names of the lines between a window's preload script and the main process. */
export const channels = {
  /** A request or cancel of the treaty, to the host. */
  down: 'lacss:down',
  /** A message of the treaty, to the window. */
  up: 'lacss:up',
  /** Paths of files dropped on the window, to be granted. */
  dropped: 'lacss:dropped',
} as const;
