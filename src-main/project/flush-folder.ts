import { open } from 'node:fs/promises';

/** Flushes created and renamed files of a folder to the disk. Windows needs no such flush. */
export async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
