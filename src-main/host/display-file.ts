import { displaySettings } from '../contract/requests/project-requests.ts';
import type { DisplaySettings } from '../contract/requests/project-requests.ts';
import type { Project } from '../project/project.ts';
import { readText } from '../project/read-bytes.ts';
import { jsonText } from '../project/read-json.ts';
import { writeFileAtomically } from '../project/write-file-atomically.ts';

const fileName = 'display.json';

/** The display of a new project: cells in grey, nuclei over them in magenta, automatic contrast. */
export const defaultDisplay: DisplaySettings = {
  mode: 'composite',
  channel: 0,
  channels: [],
  images: {},
  overlay: { outline: true, fill: false, fillOpacity: 0.2, points: true },
  imageOrder: 'added',
};

/** Display settings of the project. A missing or damaged file means the defaults; it contains no work. */
export async function readDisplay(project: Project): Promise<DisplaySettings> {
  try {
    return displaySettings.parse(JSON.parse(await readText(project.path(fileName))));
  } catch {
    return defaultDisplay;
  }
}

/**
 * Saves the display settings, unless the project is read-only. @throws LacssError `disk-full`,
 * `file-unwritable`
 */
export async function writeDisplay(project: Project, display: DisplaySettings): Promise<void> {
  if (project.readOnly) return;
  await writeFileAtomically(project.path(fileName), jsonText(display));
}
