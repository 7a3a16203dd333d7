import { join } from 'node:path';
import type { SeededRandom } from '../../src-main/model/seeded-random.ts';
import type { Life } from './life.ts';

/** Chooses a command line that changes a project, and notes what it may change. */
export async function chooseVerb(life: Life, random: SeededRandom): Promise<string[]> {
  const project = ['-p', life.site.projectFolder, '--allow-images', life.site.folder];
  switch (random.integer(6)) {
    case 0: {
      life.expect('field-5', { kind: 'edit', becomes: { foreground: null } });
      return ['foreground', 'field-5', '--again', '--pick', String(1 + random.integer(5)), ...project];
    }
    case 1: {
      life.expect('field-6', { kind: 'edit', becomes: { locations: null } });
      return ['locate', 'field-6', '--again', '--sigma-px', String(3 + random.integer(4)), ...project];
    }
    case 2:
      return ['segment', 'field-5', 'field-6', '--again', '--model', 'tiny', ...project];
    case 3:
      return ['export', 'field-1', 'field-2', '--format', 'label-tiff', 'csv', 'coco', ...project];
    case 4: {
      const file = await life.nextFile();
      if (file === undefined) return ['export', 'field-3', ...project];
      life.expectAdded(file.replace('.ome.tif', ''));
      return ['add', join(life.site.folder, 'more', file), ...project];
    }
    default: {
      const seed = ['--seed', String(random.integer(1000))];
      const how = random.chance(1 / 3) ? ['--points-only'] : [];
      return ['train', '--preset', 'tiny', '--steps', '6', '--from-scratch', ...how, ...seed, ...project];
    }
  }
}
