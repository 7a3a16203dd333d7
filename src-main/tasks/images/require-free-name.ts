import { LacssError } from '../../contract/errors.ts';
import { nameFault, windowsNameFault } from '../../contract/name-fault.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import { nameKey } from '../../project/distinct-names.ts';

/**
 * Checks that an image can have a name. Exports write files with it, and the command line finds images by
 * name or id. Slashes separate folders, as in `plateA/A01`.
 * @throws LacssError `setting-invalid` if another image has it as its name or id, or no file can have it
 */
export function requireFreeName(
  images: readonly Pick<ImageEntry, 'id' | 'name'>[],
  id: string,
  name: string,
): void {
  const other = images.find(
    (image) => image.id !== id && (image.id === name || nameKey(image.name) === nameKey(name)),
  );
  if (other !== undefined) {
    throw new LacssError('setting-invalid', `The project has an image called ${other.name} already.`, {
      subject: name,
      remedy: 'Choose another name.',
    });
  }
  const faults = name.split('/').map((part) => nameFault(part) ?? windowsNameFault(part));
  const fault = faults.find((found) => found !== null);
  if (fault === undefined) return;
  throw new LacssError('setting-invalid', `An image cannot have the name “${name}”: ${fault}.`, {
    subject: name,
    remedy: 'Choose another name. Exported files get it, too.',
  });
}
