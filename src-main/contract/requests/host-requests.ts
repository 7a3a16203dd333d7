import { engineChoices } from '../choices.ts';
import type { EngineChoice } from '../choices.ts';
import { z } from 'zod';
import { positiveCountSchema } from '../numbers.ts';
import { maxUploadPartBytes } from '../limits.ts';
import { grantedPath } from '../fields.ts';
import type { ProjectId } from '../fields.ts';
import { request } from '../request.ts';

/** The host of the page and its abilities. */
export interface HostDescription {
  kind: 'electron' | 'browser';
  /**
   * `native`: `host.choose` opens the system's dialog. `listing`: the page shows its own dialog, from
   * `host.list`.
   */
  chooser: 'native' | 'listing';
  platform: 'linux' | 'darwin' | 'win32' | 'other';
  version: string;
  /** Where `host.list` may start: home, working folder, the open project, drives. Empty in Electron. */
  roots: { name: string; path: string }[];
  /** Whether this is the first start on this account. */
  firstRun: boolean;
}

export interface ListedEntry {
  name: string;
  path: string;
  kind: 'folder' | 'project' | 'file';
  bytes: number;
}

export interface FolderListing {
  path: string;
  /** null at a root. */
  parent: string | null;
  /** Folders first, then files the program can read, by name. */
  entries: ListedEntry[];
}

export interface RecentProject {
  id: ProjectId;
  name: string;
  folder: string;
  /** ISO 8601. */
  openedAt: string;
  /** Whether the folder is still there. */
  exists: boolean;
  /** The job that runs in it. */
  work: 'training' | 'segmenting' | null;
}

const folderSetting = z.string().max(4096);
/** The last folders that the file dialog offers. */
export const maxRecentFolders = 6;
/** The pinned folders that the file dialog offers. */
export const maxPinnedFolders = 24;

/** Settings of the user, independent of projects. */
export const appSettings = z.strictObject({
  theme: z.enum(['dark', 'light', 'system']),
  /** The language of the window; `system` follows the computer. */
  language: z.enum(['system', 'en', 'de']),
  tourDone: z.boolean(),
  /** The last folders of the window's own file dialog, the newest first. */
  recentFolders: z.array(folderSetting).max(maxRecentFolders),
  /** Folders that a person keeps at hand in that dialog. */
  pinnedFolders: z.array(folderSetting).max(maxPinnedFolders),
  /** Whether the installed program looks for a newer version at each start. */
  updates: z.boolean(),
});
export type AppSettings = z.infer<typeof appSettings>;

/** The engine chip and the device panel. */
export interface EngineStatus {
  state: 'unknown' | 'starting' | 'ready' | 'failed';
  choice: EngineChoice;
  /** `onnx`, `tensorflow`, `cpu`; empty until known. */
  engine: string;
  /** `cpu`, `webgpu`, `cuda` …: the execution provider. */
  provider: string;
  /** For people: `AMD EPYC, 2 cores`. */
  device: string;
  version: string;
  /** Engines not used, and why. */
  passedOver: { engine: string; reason: string }[];
  /** The result of the self-test, as a sentence. */
  selfTest: string;
}

/** One line of `lacss doctor`. */
export interface DoctorFact {
  topic: string;
  text: string;
  level: 'ok' | 'warning' | 'error';
}

/** What a person chooses a file or a folder for. */
const choosePurposes = [
  'images',
  'image-folder',
  'open-project',
  'new-project',
  'locations-csv',
  'label-image',
  'cell-files',
  'cell-folder',
  'model-open',
  'model-save',
  'export-folder',
] as const;
export type ChoosePurpose = (typeof choosePurposes)[number];

export const hostRequests = {
  'host.describe': request(z.strictObject({}), {
    effect: 'read',
    process: 'host',
  }).returns<HostDescription>(),
  /** Opens the system's dialog (Electron only) and grants the chosen paths. Empty after Cancel. */
  'host.choose': request(
    z.strictObject({
      purpose: z.enum(choosePurposes),
      suggestedName: z.string().max(200).optional(),
    }),
    { effect: 'change', process: 'host' },
  ).returns<{ paths: string[] }>(),
  /** Lists a folder below one of the roots (browser host only) and grants the listed paths. */
  'host.list': request(z.strictObject({ path: grantedPath.optional() }), {
    effect: 'read',
    process: 'host',
  }).returns<FolderListing>(),
  'host.createFolder': request(z.strictObject({ parent: grantedPath, name: z.string().min(1).max(200) }), {
    effect: 'change',
    process: 'host',
  }).returns<{ path: string }>(),
  /**
   * Receives a part of a file dropped on the page in a browser, which knows no path. The host keeps the file
   * until it ends; `images.add` copies it into the project. The answer to the last part has the path, which
   * is granted.
   */
  'host.upload': request(
    z.strictObject({
      name: z.string().min(1).max(200),
      bytes: z
        .instanceof(Uint8Array)
        .refine(({ length }) => length <= maxUploadPartBytes, 'must not exceed the largest part'),
      /** The number from the answer to the first part; null for the first part. */
      upload: positiveCountSchema.nullable(),
      last: z.boolean(),
    }),
    { effect: 'change', process: 'host' },
  ).returns<{ upload: number; path: string | null }>(),
  /** Shows a file in the system's file manager (Electron), or answers its path (browser). */
  'host.reveal': request(z.strictObject({ path: grantedPath }), {
    effect: 'change',
    process: 'host',
  }).returns<{ shown: boolean; path: string }>(),
  'host.recentProjects': request(z.strictObject({}), { effect: 'read', process: 'host' }).returns<
    RecentProject[]
  >(),
  'host.forgetProject': request(z.strictObject({ folder: z.string() }), {
    effect: 'change',
    process: 'host',
  }).returns<RecentProject[]>(),
  'host.settings': request(z.strictObject({}), { effect: 'read', process: 'host' }).returns<AppSettings>(),
  'host.saveSettings': request(appSettings.partial(), {
    effect: 'change',
    process: 'host',
  }).returns<AppSettings>(),
  'engine.status': request(z.strictObject({}), { effect: 'read', process: 'host' }).returns<EngineStatus>(),
  /** Starts the learning process and opens the engine, so that its status is known before training. */
  'engine.open': request(z.strictObject({ choice: z.enum(engineChoices) }), {
    effect: 'change',
    process: 'learning',
  }).returns<EngineStatus>(),
  'engine.doctor': request(z.strictObject({}), { effect: 'read', process: 'learning' }).returns<
    DoctorFact[]
  >(),
};
