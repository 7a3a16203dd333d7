import { open } from 'node:fs/promises';

/** Makes what was created or renamed in a folder durable. Windows cannot open a folder, and needs no such flush. */
export async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
