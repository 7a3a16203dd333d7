import { z } from 'zod';
import { positiveCountSchema } from '../contract/numbers.ts';
import { LacssError } from '../contract/errors.ts';
import { projectManifestSchema, projectSchemaVersion } from '../contract/project-files.ts';
import type { ProjectManifest } from '../contract/project-files.ts';
import { defaultSettings } from './default-settings.ts';
import { parseJson } from './read-json.ts';
import { settingsInRange } from './settings-in-range.ts';

/** Turns a manifest of one version into the next one. */
export type Migration = (manifest: Record<string, unknown>) => Record<string, unknown>;

/** `migrations[v]` turns version v into v + 1; one is added whenever `projectSchemaVersion` rises. */
const migrations: Readonly<Record<number, Migration>> = {
  // 2 adds corrected axes of a stack.
  1: (manifest) => ({
    ...manifest,
    images: z
      .array(z.looseObject({}))
      .catch([])
      .parse(manifest.images)
      .map((image) => ({ ...image, axes: null })),
  }),
  // 3 adds the review settings.
  2: (manifest) => ({
    ...manifest,
    settings: { review: { minScore: 0.2 }, ...z.looseObject({}).catch({}).parse(manifest.settings) },
  }),
  // 4 takes the minimum score from the model, unless the project has its own. Before, 0.2 was the default of
  // all projects. It also keeps cells as documents. Reviews of earlier versions are read as they are
  // (review-file.ts), undo steps too.
  3: (manifest) => {
    const settings = z
      .looseObject({ review: z.looseObject({ minScore: z.unknown() }) })
      .safeParse(manifest.settings);
    if (!settings.success || settings.data.review.minScore !== 0.2) return manifest;
    return { ...manifest, settings: { ...settings.data, review: defaultSettings.review } };
  },
};

const headerSchema = z.looseObject({
  format: z.literal('lacss-project'),
  schemaVersion: positiveCountSchema,
});

/**
 * Migrates a manifest to the version of this program, one step after the other. Settings out of range are set
 * to the nearest allowed value.
 * @param value the content of `project.json`
 * @param tell called with one sentence for each setting that was out of range
 * @throws LacssError `project-newer`, `project-damaged`
 */
export function migrateManifest(
  value: unknown,
  path: string,
  tell: (notice: string) => void = () => undefined,
): ProjectManifest {
  const migrated = migrate(value, path, migrations, projectSchemaVersion);
  const { manifest, notices } = settingsInRange(migrated);
  for (const notice of notices) tell(notice);
  return parseJson(manifest, projectManifestSchema, path, 'project-damaged');
}

/** Applies any set of migrations, one after the other. */
export function migrate(
  value: unknown,
  path: string,
  chain: Readonly<Record<number, Migration>>,
  target: number,
): Record<string, unknown> {
  let manifest: Record<string, unknown> = parseJson(value, headerSchema, path, 'project-damaged');
  let version = Number(manifest.schemaVersion);
  if (version > target) {
    throw new LacssError(
      'project-newer',
      `The project was written by a newer LACSS Studio (schema ${version}; this program supports ${target}).`,
      { subject: path, remedy: 'Update LACSS Studio and open it again. Nothing in the project was changed.' },
    );
  }
  for (; version < target; version += 1) {
    const step = chain[version];
    if (step === undefined) {
      throw new LacssError('project-damaged', `${path} has an unknown schema version ${version}.`, {
        subject: path,
        remedy: 'Restore an earlier copy of the file.',
      });
    }
    manifest = { ...step(manifest), schemaVersion: version + 1 };
  }
  return manifest;
}
