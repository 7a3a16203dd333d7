import { maxUploadPartBytes } from '../../src-main/contract/limits.ts';
import type { Client } from './client.ts';

/**
 * Sends a dropped file to the host in parts, one after the other, so that neither side holds all of it.
 * @returns the path the host gave it
 * @throws LacssError the host's error
 */
export async function uploadFile(client: Pick<Client, 'request'>, file: File): Promise<string> {
  let upload: number | null = null;
  for (let start = 0; ; start += maxUploadPartBytes) {
    const part = file.slice(start, start + maxUploadPartBytes);
    const bytes = new Uint8Array(await part.arrayBuffer());
    const last = start + maxUploadPartBytes >= file.size;
    const answer: { upload: number; path: string | null } = await client.request('host.upload', {
      name: file.name,
      bytes,
      upload,
      last,
    });
    if (answer.path !== null) return answer.path;
    upload = answer.upload;
  }
}
