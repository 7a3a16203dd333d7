import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import { nameFault, windowsNameFault } from '../contract/name-fault.ts';

/** Whether a path is a folder or lies in it; both absolute. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/**
 * The path of an output below a folder. Every path whose parts come from a file or a person is made here.
 * @param name one name, or several with `/` between them: `plate/field-1_labels.tif`
 * @throws LacssError `name-invalid` where the name leaves the folder, or where some system takes no such name
 */
export function resolveInside(folder: string, name: string): string {
  return joined(folder, [name], (segment) => nameFault(segment) ?? windowsNameFault(segment));
}

/**
 * The path of something of a project's own, whose names the program has chosen. Older projects hold names that
 * Windows does not take; elsewhere these stay open.
 * @throws LacssError `name-invalid` where a part leaves the folder
 */
export function resolveOwn(folder: string, ...parts: string[]): string {
  return joined(folder, parts, nameFault);
}

function joined(folder: string, parts: string[], faultOf: (segment: string) => string | null): string {
  const whole = parts.join('/');
  const segments = parts.flatMap((part) => part.split('/'));
  for (const segment of segments) {
    const fault = faultOf(segment);
    if (fault !== null) throw invalidName(whole, segment, fault);
  }
  const root = resolve(folder);
  const path = join(root, ...segments);
  // A second proof, which holds whatever a name of some system may mean.
  if (!isWithin(path, root)) throw invalidName(whole, path, 'it leaves its folder');
  return path;
}

function invalidName(whole: string, part: string, fault: string): LacssError {
  const where = part === whole ? '' : ` in ${JSON.stringify(whole)}`;
  return new LacssError('name-invalid', `${JSON.stringify(part)}${where} cannot be a file name: ${fault}.`, {
    subject: whole,
    remedy: 'Rename it. Letters, digits, spaces and . _ - fit every system.',
  });
}
