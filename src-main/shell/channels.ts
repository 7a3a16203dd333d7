/** The IPC channels between a window's preload script and the main process. */
export const channels = {
  /** A request or cancel of the contract, to the host. */
  down: 'lacss:down',
  /** A message of the contract, to the window. */
  up: 'lacss:up',
  /** Paths of files dropped on the window, to grant. */
  dropped: 'lacss:dropped',
} as const;
