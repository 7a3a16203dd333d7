import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestName } from '../project/manifest-name.ts';
import type { Call } from './call.ts';
import type { HostServices } from './host-services.ts';
import { sampleFolder } from './sample-folder.ts';

let making: Promise<null> | null = null;

/** The folder of the sample project, created if needed. @throws LacssError `disk-full`, `file-unwritable` */
export async function openSample(
  host: HostServices,
  { onProgress }: Pick<Call, 'onProgress'>,
): Promise<string> {
  const folder = sampleFolder(host.options.dataFolder);
  const isThere = await stat(join(folder, manifestName)).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    // Two windows wait for the same sample. Closing one of them does not stop it.
    making ??= host.imaging.run('sample.make', { folder }, { onProgress });
    await making.finally(() => (making = null));
  }
  return folder;
}
