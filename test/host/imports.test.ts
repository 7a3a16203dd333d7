import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packMask } from '../../src-main/contract/packed-mask.ts';
import { effectOf } from '../../src-main/contract/requests.ts';
import type { RequestName } from '../../src-main/contract/requests.ts';
import type { ProjectView } from '../../src-main/contract/requests/project-requests.ts';
import { labelTiff } from '../../src-main/formats/label-tiff.ts';
import { annotationFormats } from '../../src-main/project/annotation-files.ts';
import { squares } from '../fixtures/annotated-disks.ts';
import { openTestHost } from '../fixtures/test-host.ts';
import type { TestHost, TestWindow } from '../fixtures/test-host.ts';
import { imageSize } from '../fixtures/two-channel-images.ts';
import { sampleRequests } from '../fuzz/sample-requests.ts';
import { makeTemplateProject } from '../fuzz/template-project.ts';

/** Another program changes files of an annotation while a window has the project open. */
let host: TestHost;
let window: TestWindow;
let folder: string;
let view: ProjectView;
let image: string;
let annotation: string;

beforeAll(async () => {
  host = await openTestHost();
  window = host.window();
  folder = join(host.folder, 'shared');
  await makeTemplateProject(folder);
  view = await window.ask('project.open', { folder });
  image = view.images[0]!.id;
  annotation = join(folder, 'annotations', image);
});
afterAll(() => host.close());

/** A hash of all files of the annotation, by name. */
async function filesOf(path: string): Promise<Record<string, string>> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hashed = files.map(async (file) => {
    const hash = createHash('sha256').update(await readFile(file));
    return [file, hash.digest('hex')] as const;
  });
  return Object.fromEntries(await Promise.all(hashed));
}

/** What another program writes to a file of the annotation. */
const contents = {
  'foreground.png': () => {
    const { height, width } = imageSize;
    const mask = packMask({ height, width, data: new Uint8Array(height * width).fill(1, 0, width) });
    return annotationFormats.foreground.encode(mask, imageSize);
  },
  'locations.csv': () => 'y,x\n1.5,2.5\n',
  'labels.tif': () => {
    const labels = squares();
    labels.data[0] = 9;
    return labelTiff(labels);
  },
  'review.json': async () => {
    const review = JSON.parse(await readFile(join(annotation, 'review.json'), 'utf8')) as object;
    return JSON.stringify({ ...review, allChecked: true });
  },
};

test.each([
  ['foreground.read', 'foreground.png'],
  ['locations.read', 'locations.csv'],
  ['labels.read', 'labels.tif'],
  ['review.read', 'review.json'],
] as const)('%s imports the changed file once, and every window is told', async (name, file) => {
  expect(effectOf(name)).toBe('import');
  await writeFile(join(annotation, file), await contents[file]());
  const told = host.window().next('project.imagesChanged');
  await window.ask(name, { project: view.id, image });
  expect((await told).changed).toMatchObject([{ id: image, undo: `Import ${file}` }]);
  const more: unknown[] = [];
  window.on('project.imagesChanged', (payload) => more.push(payload));
  await window.ask(name, { project: view.id, image });
  expect(more).toEqual([]);
});

test('a request that is declared as a read imports nothing', async () => {
  const place = {
    project: view.id,
    image,
    model: 'tiny-1',
    folder,
    parent: host.folder,
    point: '',
    maskSha256: '0'.repeat(64),
  };
  const reads = sampleRequests(place).flatMap((message) =>
    message.type === 'request' && effectOf(message.name as RequestName) === 'read' ? [message] : [],
  );
  expect(reads.length).toBeGreaterThan(10);
  for (const [file, content] of Object.entries(contents)) {
    await writeFile(join(annotation, file), await content());
  }
  await writeFile(join(annotation, 'locations.csv'), 'y,x\n3.5,4.5\n');
  const before = await filesOf(annotation);
  for (const { name, params } of reads) {
    await window.askAnything(name, params).catch(() => undefined);
    expect({ name, files: await filesOf(annotation) }).toEqual({ name, files: before });
  }
});
