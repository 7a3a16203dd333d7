import { stat } from 'node:fs/promises';

/** Whether a file or a folder is at a path. False also where it may not be looked at. */
export function pathExists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
