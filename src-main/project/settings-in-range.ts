import type { z } from 'zod';
import { projectManifestSchema } from '../contract/project-files.ts';

/** A manifest whose settings are in their ranges, and one sentence for each that was not. */
export interface InRange {
  manifest: Record<string, unknown>;
  notices: string[];
}

type Issue = z.core.$ZodIssue;

/** This program never writes longer settings. */
const mostCharacters = 100_000;

/**
 * Moves numbers in a project's settings into their ranges. Earlier versions had wider ranges or none, so such
 * a project is not damaged. Everything else stays as it is, right or wrong.
 */
export function settingsInRange(manifest: Record<string, unknown>): InRange {
  // Without the images: zod collects all faults, and each takes over 100 bytes.
  if (JSON.stringify(manifest.settings ?? null).length > mostCharacters) return { manifest, notices: [] };
  const parsed = projectManifestSchema.safeParse({ ...manifest, images: [] });
  if (parsed.success) return { manifest, notices: [] };
  const changed = structuredClone(manifest);
  const notices: string[] = [];
  for (const { path, limit } of parsed.error.issues.flatMap((issue) => outOfRange(issue, []))) {
    if (path[0] !== 'settings') continue;
    const owner = path
      .slice(0, -1)
      .reduce<unknown>((value, name) => (value as Record<PropertyKey, unknown>)[name], changed);
    const name = path.at(-1)!;
    const fields = owner as Record<PropertyKey, unknown>;
    notices.push(`The setting ${path.slice(1).join('.')} was ${String(fields[name])}. It is ${limit} now.`);
    fields[name] = limit;
  }
  return { manifest: changed, notices };
}

/** The numbers beyond a limit that is itself allowed, also within alternatives that are otherwise right. */
function outOfRange(issue: Issue, before: readonly PropertyKey[]): { path: PropertyKey[]; limit: number }[] {
  const path = [...before, ...issue.path];
  if (issue.code === 'too_big' && issue.origin === 'number') return [{ path, limit: Number(issue.maximum) }];
  // The lower limit itself may be excluded: above 0 there is no nearest number.
  if (issue.code === 'too_small' && issue.origin === 'number' && issue.inclusive === true) {
    return [{ path, limit: Number(issue.minimum) }];
  }
  if (issue.code !== 'invalid_union') return [];
  const found = issue.errors.map((errors) => errors.map((inner) => outOfRange(inner, path)));
  return found.find((alternative) => alternative.every((limits) => limits.length > 0))?.flat() ?? [];
}
