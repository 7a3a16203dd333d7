import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestHost } from '../../fixtures/test-host.ts';
import { makeLargeProject } from './make-large-project.ts';
import { timed } from './measured.ts';
import type { Part } from './measured.ts';

/** Limits on an idle machine, wall time in ms. */
const promised = { open: 2000, change: 1000 };

/** Opens a large project through a host, and changes all of its images at once. */
export async function measureLargeProject(images: number, cells: number): Promise<Part> {
  const folder = await mkdtemp(join(tmpdir(), 'lacss-load-'));
  const tested = await openTestHost();
  const window = tested.window();
  try {
    tested.host.grants.grant(folder);
    const root = await makeLargeProject(folder, images, cells);
    // Starts the imaging process. The window has started it long before anybody opens a project.
    const small = await window.ask('project.create', { parent: folder, name: 'small' });
    await window.ask('project.close', { project: small.id });

    let id = '';
    let names: string[] = [];
    const open = await timed(async () => {
      const view = await window.ask('project.open', { folder: root });
      id = view.id;
      names = view.images.map((image) => image.id);
    });
    const change = await timed(() =>
      window.ask('images.change', { project: id, edit: randomUUID(), images: names, excluded: true }),
    );
    const { images: seen } = await window.ask('project.read', { project: id });
    const undone = await window.ask('history.undo', {
      project: id,
      image: names[0]!,
      edit: randomUUID(),
    });
    const faults: string[] = [];
    if (seen.length !== images) faults.push(`${seen.length} images; expected ${images}`);
    if (seen.some(({ excluded, undo }) => !excluded || undo !== 'Exclude'))
      faults.push('an image was not changed, or cannot be changed back');
    if (undone.image.excluded) faults.push('undo did not take the change back');
    if (open.wallMs > promised.open) faults.push(`opening took ${open.wallMs} ms of ${promised.open}`);
    if (change.wallMs > promised.change)
      faults.push(`changing took ${change.wallMs} ms of ${promised.change}`);
    return {
      name: `project of ${images} images and ${images * cells} cells`,
      figures: {
        'open, wall ms': open.wallMs,
        'open, processor ms': open.processorMs,
        'change all, wall ms': change.wallMs,
        'change all, processor ms': change.processorMs,
      },
      faults,
    };
  } finally {
    await tested.close();
    await rm(folder, { recursive: true, force: true });
  }
}
