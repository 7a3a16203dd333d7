import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labelTiff } from '../../src-main/formats/label-tiff.ts';
import { exportFormats } from '../../src-main/contract/choices.ts';
import { squares } from '../fixtures/annotated-disks.ts';
import { Site } from '../fixtures/site.ts';
import { writeTwoChannelImages } from '../fixtures/two-channel-images.ts';

/**
 * The whole workflow on the command line, then the window: new, add, foreground, locate, train, segment,
 * evaluate, export, review, teach, segment in parts, merge, serve, and an edit of a cell. It runs in its own
 * process, in the folder that is its only argument. It exits with 1 if a step fails.
 */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new TypeError('a folder');
const site = new Site(folder);
const project = ['-p', site.projectFolder];
const model = join(folder, 'first.lacss');
const truth = (name: string): string => join(folder, 'truth', `${name}_label.tif`);
await mkdir(site.temporary, { recursive: true });
await writeTwoChannelImages(join(folder, 'images'), 2);
for (const name of ['field-1', 'field-2']) {
  await mkdir(join(folder, 'truth'), { recursive: true });
  await writeFile(truth(name), labelTiff(squares()));
}
const verbs = [
  ['new', site.projectFolder],
  ['add', join(folder, 'images'), ...project],
  ['foreground', ...project],
  ['locate', ...project],
  ['train', '--preset', 'tiny', '--steps', '5', '--from-scratch', '--name', 'first', ...project],
  ['segment', '--min-score', '0', ...project],
  ['evaluate', '--truth', join(folder, 'truth'), ...project],
  ['export', '--format', ...Object.keys(exportFormats), ...project],
  ['review', 'import', 'field-1', truth('field-1'), ...project],
  ['review', 'set', 'field-1', 'all', 'accepted', ...project],
  ['review', 'list', 'field-1', ...project],
  ['review', 'export', 'field-1', '--output', join(folder, 'reviews'), ...project],
  ['review', 'next', ...project],
  ['teach', '--steps', '2', '--model', 'first', ...project],
  ['export', '--model', 'first', '--model-file', model, ...project],
  ['export-model', model, join(folder, 'onnx')],
  ...['1/2', '2/2'].map((part) => [
    ...['segment', join(folder, 'images'), '--model', model, '--output', join(folder, 'found')],
    ...['--part', part],
  ]),
  ['merge', join(folder, 'found')],
  ['restore', ...project],
  ['doctor'],
];
for (const words of verbs) {
  const program = site.run(words);
  program.listen();
  const code = await program.ended;
  process.stdout.write(`${words[0]}: ${code}\n`);
  if (code !== 0) fail(program.said);
}

await site.reach();
const { url } = site.address;
const { headers, text } = await load('/');
const policy = headers.get('content-security-policy') ?? '';
if (!policy.includes("default-src 'none'")) fail(`no strict policy: ${policy}`);
const parts = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
for (const path of parts) await load(path);
const { images } = await site.window.ask('project.read', { project: site.project });
process.stdout.write(`page: ${parts.length} files; project: ${images.length} images\n`);
const of = { project: site.project, image: 'field-1' };
const cells = (await site.window.ask('review.read', of)) ?? fail('no cells to review');
const { removed } = await site.window.ask('review.edit', {
  ...of,
  edit: randomUUID(),
  prediction: cells.prediction,
  revision: cells.revision,
  change: { kind: 'delete', ids: [cells.ids[0]!] },
});
process.stdout.write(`review: ${cells.ids.length} cells, ${removed.length} removed\n`);
await site.end();

async function load(path: string): Promise<{ headers: Headers; text: string }> {
  const address = new URL(path, url);
  if (address.origin !== new URL(url).origin) fail(`the page loads ${path} from elsewhere`);
  const response = await fetch(address);
  if (!response.ok) fail(`${path}: ${response.status}`);
  return { headers: response.headers, text: await response.text() };
}

function fail(why: string): never {
  process.stderr.write(`${why}\n`);
  process.exit(1);
}
