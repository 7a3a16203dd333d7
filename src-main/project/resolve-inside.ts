import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import { nameFault, windowsNameFault } from '../contract/name-fault.ts';

/** Whether a path is a folder or inside it; both absolute. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/**
 * The path of an output below a folder. All paths with parts from files or people are made here.
 * @param name one name, or several with `/` between them: `plate/field-1_labels.tif`
 * @throws LacssError `name-invalid` if the name leads out of the folder, or if some system refuses it
 */
export function resolveInside(folder: string, name: string): string {
  return joined(folder, [name], (segment) => nameFault(segment) ?? windowsNameFault(segment));
}

/**
 * A path with names chosen by the program. Older projects have names that Windows refuses; other systems
 * still open them.
 * @throws LacssError `name-invalid` if a part leads out of the folder
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
  // A second check, independent of the meaning of names on any system.
  if (!isWithin(path, root)) throw invalidName(whole, path, 'it leaves its folder');
  return path;
}

function invalidName(whole: string, part: string, fault: string): LacssError {
  const where = part === whole ? '' : ` in ${JSON.stringify(whole)}`;
  return new LacssError('name-invalid', `${JSON.stringify(part)}${where} cannot be a file name: ${fault}.`, {
    subject: whole,
    remedy: 'Rename it. Letters, digits, spaces and . _ - work on every system.',
  });
}
