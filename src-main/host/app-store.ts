import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { ProjectId } from '../contract/fields.ts';
import { appSettings } from '../contract/requests/host-requests.ts';
import type { AppSettings, RecentProject } from '../contract/requests/host-requests.ts';
import { manifestName } from '../project/manifest-name.ts';
import { readText } from '../project/read-bytes.ts';
import { jsonText } from '../project/read-json.ts';
import { SerialQueue } from '../project/serial-queue.ts';
import { writeFileAtomically } from '../project/write-file-atomically.ts';

/** Number of recent projects to keep. */
const recentLimit = 20;

/** A recent project, without the fields that only the host knows. */
export type KnownProject = Omit<RecentProject, 'work'>;

type SettingsChange = { [Key in keyof AppSettings]?: AppSettings[Key] | undefined };

const defaults: AppSettings = {
  theme: 'dark',
  language: 'system',
  tourDone: false,
  recentFolders: [],
  pinnedFolders: [],
  updates: false,
};

const recentEntry = z.object({
  // Absent in older files: an address of the window does not lead to such a project.
  id: z.string().default(''),
  name: z.string(),
  folder: z.string(),
  openedAt: z.string(),
});

const stored = z.object({
  // Settings missing in an older file get their defaults.
  settings: z
    .object(appSettings.shape)
    .partial()
    .catch({})
    .transform((known): AppSettings => ({ ...defaults, ...given(known) })),
  recent: z.array(recentEntry).catch([]),
});
type Stored = z.infer<typeof stored>;

const first: Stored = { settings: defaults, recent: [] };

/**
 * Settings and recent projects of the user, in one small file. A damaged file counts as missing. A full or
 * read-only disk loses these settings only, never work.
 */
export class AppStore {
  readonly #path: string;
  readonly #queue = new SerialQueue();
  #content: Stored | null = null;
  #onChange: () => void = () => undefined;

  constructor(folder: string) {
    this.#path = join(folder, 'application.json');
  }

  /** Calls back when the list of recent projects or the settings change. */
  onChange(callback: () => void): void {
    this.#onChange = callback;
  }

  async settings(): Promise<AppSettings> {
    return (await this.#load()).settings;
  }

  saveSettings(change: SettingsChange): Promise<AppSettings> {
    return this.#queue.run(async () => {
      const content = await this.#load();
      await this.#save({ ...content, settings: { ...content.settings, ...given(change) } });
      this.#onChange();
      return this.settings();
    });
  }

  /** Recent projects, latest first. */
  async recent(): Promise<KnownProject[]> {
    const { recent } = await this.#load();
    return Promise.all(
      recent.map(async (project) => ({
        ...project,
        exists: await stat(join(project.folder, manifestName)).then(
          () => true,
          () => false,
        ),
      })),
    );
  }

  /** Puts a project first in the list. */
  remember(id: ProjectId, folder: string, name: string): Promise<void> {
    return this.#queue.run(async () => {
      const content = await this.#load();
      const others = content.recent.filter((project) => project.folder !== folder);
      const entry = { id, name: name || basename(folder), folder, openedAt: new Date().toISOString() };
      await this.#save({ ...content, recent: [entry, ...others].slice(0, recentLimit) });
      this.#onChange();
    });
  }

  forget(folder: string): Promise<KnownProject[]> {
    return this.#queue.run(async () => {
      const content = await this.#load();
      await this.#save({ ...content, recent: content.recent.filter((project) => project.folder !== folder) });
      this.#onChange();
      return this.recent();
    });
  }

  async #load(): Promise<Stored> {
    this.#content ??= await readText(this.#path)
      .then(
        (text) => stored.parse(JSON.parse(text)),
        () => first,
      )
      .catch(() => first);
    return this.#content;
  }

  async #save(content: Stored): Promise<void> {
    this.#content = content;
    await writeFileAtomically(this.#path, jsonText(content)).catch(() => undefined);
  }
}

function given(change: SettingsChange): Partial<AppSettings> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
