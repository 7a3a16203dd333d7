import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectManifestSchema } from '../../src-main/contract/project-files.ts';
import { requests } from '../../src-main/contract/requests.ts';
import type { RequestParams } from '../../src-main/contract/requests.ts';
import type { OnceName } from '../../src-renderer/state/pending-edits.svelte.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { openTestHost } from '../fixtures/test-host.ts';
import type { TestHost, TestWindow } from '../fixtures/test-host.ts';
import { makeTemplate } from '../renderer/state/test-window.ts';

type Params<Name extends OnceName> = Omit<RequestParams<Name>, 'project' | 'edit'>;

const folder = temporaryFolder();
const projectFolder = join(folder, 'project');
const image = 'field-1';
const stroke = { mode: 'add', radiusPx: 4, path: Float32Array.of(64, 64) } as const;
const place = Float32Array.of(100, 50);

let tested: TestHost;
let window: TestWindow;
let project: string;

async function startHost(): Promise<void> {
  tested = await openTestHost({
    dataFolder: join(folder, 'account'),
    platform: { roots: [{ name: 'Test', path: folder }] },
  });
  window = tested.window();
  project = (await window.ask('project.open', { folder: projectFolder })).id;
}

beforeAll(async () => {
  await makeTemplate(folder);
  writeFileSync(join(folder, 'points.csv'), 'y,x\n10,20\n30,40\n');
  await startHost();
});
afterAll(() => tested.close());

/** All files that edits may change: the manifest and the journals. */
function content(): { manifest: unknown; journals: string[] } {
  const text = readFileSync(join(projectFolder, 'project.json'), 'utf8');
  const manifest = { ...projectManifestSchema.parse(JSON.parse(text)), pendingSteps: null };
  const annotations = join(projectFolder, 'annotations');
  const journals = readdirSync(annotations).map((name) =>
    readFileSync(join(annotations, name, 'history.jsonl'), 'utf8'),
  );
  return { manifest, journals };
}

const of = () => ({ project, image });
const make = <Name extends OnceName>(name: Name, params: Params<Name>, edit: string = randomUUID()) =>
  window.askAnything(name, { ...params, project, edit });
const undo = () => make('history.undo', { image });
const redo = () => make('history.redo', { image });

async function candidate(index: number): Promise<Params<'foreground.pick'>> {
  const { candidates } = await window.ask('foreground.candidates', of());
  return { image, pick: { kind: 'candidate', index, maskSha256: candidates[index]!.maskSha256 } };
}
async function seenCells(): Promise<Pick<Params<'review.edit'>, 'image' | 'prediction' | 'revision'>> {
  const { prediction, revision } = (await window.ask('review.read', of()))!;
  return { image, prediction, revision };
}
async function settingsWith(px: number): Promise<Params<'locations.find'>> {
  const { settings } = await window.ask('locations.read', of());
  return { images: [image], settings: { ...settings, sigma: { px } }, scope: 'images', keepByHand: false };
}
async function seenForeground(): Promise<Params<'foreground.paint'>['on']> {
  const { sha256 } = await window.ask('foreground.read', of());
  return { kind: 'saved', sha256 };
}

/** An edit, and a later change by another person that a second run of the edit would overwrite. */
interface Example<Name extends OnceName> {
  params: () => Promise<Params<Name>> | Params<Name>;
  /** @default undo */
  afterwards?: () => Promise<unknown>;
}

const examples: { [Name in OnceName]: Example<Name> } = {
  'images.change': { params: () => ({ images: [image], validation: true }) },
  'images.attachLabels': { params: () => ({ image, path: join(folder, 'truth', 'field-1_label.tif') }) },
  'images.detachLabels': {
    params: async () => {
      await make('images.attachLabels', { image, path: join(folder, 'truth', 'field-1_label.tif') });
      return { images: [image] };
    },
  },
  'foreground.pick': { params: () => candidate(1) },
  'foreground.paint': { params: async () => ({ image, on: await seenForeground(), strokes: [stroke] }) },
  'foreground.acceptSuggestions': { params: () => ({ minConfidence: 0 }) },
  'locations.edit': { params: () => ({ image, change: { kind: 'add', points: place } }) },
  'locations.import': { params: () => ({ image, path: join(folder, 'points.csv'), format: 'csv' }) },
  'locations.find': {
    params: () => settingsWith(4),
    afterwards: async () => make('locations.find', await settingsWith(6)),
  },
  'locations.useProjectSettings': {
    params: async () => {
      await make('locations.import', { image, path: join(folder, 'points.csv'), format: 'csv' });
      return { image, keepByHand: false };
    },
    afterwards: async () => make('locations.find', await settingsWith(7)),
  },
  'review.setState': { params: async () => ({ ...(await seenCells()), ids: [1], state: 'accepted' }) },
  'review.edit': {
    params: async () => ({ ...(await seenCells()), change: { kind: 'delete', ids: [2] } }),
  },
  'review.setAllChecked': { params: async () => ({ ...(await seenCells()), allChecked: true }) },
  'review.import': {
    params: () => ({ image, path: join(folder, 'truth', 'field-1_label.tif'), as: 'cells' }),
  },
  'history.undo': { params: () => ({ image }), afterwards: redo },
  'history.redo': {
    params: async () => {
      await undo();
      return { image };
    },
    afterwards: undo,
  },
};

/** Changes without the id of an edit. No window repeats one automatically. */
const withoutId = {
  'they set a value, and the last one counts': [
    'display.save',
    'foreground.saveSettings',
    'host.saveSettings',
    'models.rename',
    'project.allowSources',
    'project.rename',
    'review.saveSettings',
    'training.saveSettings',
  ],
  'done twice they leave what they leave once, or are refused': [
    'host.choose',
    'host.createFolder',
    'host.forgetProject',
    'host.reveal',
    'images.add',
    'images.remove',
    'images.restore',
    'models.delete',
    'project.close',
    'project.create',
    'project.initial',
    'project.open',
    'project.openSample',
    'project.restore',
    'training.discardLesson',
  ],
  'they write a new file or model': ['export.run', 'host.upload', 'models.export', 'models.import'],
  'they start, halt or end a job, of which there is one': [
    'engine.open',
    'segment.pause',
    'segment.resume',
    'segment.start',
    'segment.stop',
    'training.pause',
    'training.resume',
    'training.start',
    'training.stop',
    'training.teach',
  ],
};

test('every change of the contract is an edit with an id, or is listed with why it needs none', () => {
  const changes = Object.entries(requests).filter(([, { effect }]) => effect === 'change');
  const isEdit = ([, { params }]: (typeof changes)[number]) => 'edit' in params.shape;
  const namesOf = (entries: typeof changes): string[] => entries.map(([name]) => name).sort();
  expect(namesOf(changes.filter(isEdit))).toEqual(Object.keys(examples).sort());
  expect(namesOf(changes.filter((entry) => !isEdit(entry)))).toEqual(Object.values(withoutId).flat().sort());
});

describe('an edit that is asked for again is made once', () => {
  const made: { name: OnceName; params: object }[] = [];
  const repeat = ({ name, params }: (typeof made)[number]) => window.askAnything(name, params);

  test.each(Object.keys(examples) as OnceName[])('%s, by the same host', async (name) => {
    const { params, afterwards = undo } = examples[name];
    const whole = { ...(await params()), project, edit: randomUUID() };
    const before = content();
    await repeat({ name, params: whole });
    expect(content()).not.toEqual(before);
    await afterwards();
    const after = content();
    await repeat({ name, params: whole });
    expect(content()).toEqual(after);
    made.push({ name, params: whole });
  });

  test('all of them, by a host that is started again', async () => {
    await tested.close();
    await startHost();
    const before = content();
    for (const one of made) {
      await repeat(one);
      expect(content(), one.name).toEqual(before);
    }
    expect(made).toHaveLength(Object.keys(examples).length);
  });
});

describe('going back to the settings of the project is no step of undo where no point changes', () => {
  const goBack = () => make('locations.useProjectSettings', { image, keepByHand: false });

  test('imported points', async () => {
    await make('locations.import', { image, path: join(folder, 'points.csv'), format: 'csv' });
    await goBack();
    expect(await undo()).toMatchObject({ done: 'Import points.csv' });
  });

  test('points as these settings find them; what can be redone stays', async () => {
    await make('locations.find', { ...(await settingsWith(5)), scope: 'project' });
    await make('locations.edit', { image, change: { kind: 'add', points: place } });
    await undo();
    const before = await window.ask('locations.read', of());
    await goBack();
    expect((await window.ask('locations.read', of())).points).toEqual(before.points);
    expect(await redo()).toMatchObject({ done: 'Add a point' });
    await goBack();
    expect(await undo()).toMatchObject({ done: 'Find points' });
  });
});

/** A change in another window, after which the edit no longer has its intended effect. */
interface Stale<Name extends OnceName> {
  params: () => Promise<Params<Name>>;
  meanwhile: () => Promise<unknown>;
  /** The state that the edit's person saw. The edit is refused, or applied on top of the change. */
  ends: 'refused' | 'rebased';
}

const deletePoint = async (): Promise<Params<'locations.edit'>> => {
  const { ids } = await window.ask('locations.read', of());
  return { image, change: { kind: 'delete', ids: [ids[0]!] } };
};
const brushCell = async (id: number): Promise<Params<'review.edit'>> => ({
  ...(await seenCells()),
  change: { kind: 'brush', id, path: [4, 16 * id - 12], radiusPx: 6, mode: 'add', push: false },
});

const stale: { [Name in OnceName]: Stale<Name>[] | string } = {
  'foreground.pick': [
    {
      params: () => candidate(4),
      meanwhile: async () => {
        const { settings } = await window.ask('foreground.candidates', of());
        const presets = [0.5, 0.6, 0.7, 0.8, 0.9];
        await window.ask('foreground.saveSettings', { project, settings: { ...settings, presets } });
      },
      ends: 'refused',
    },
  ],
  'foreground.paint': [
    {
      params: async () => ({ image, on: await seenForeground(), strokes: [stroke] }),
      meanwhile: async () => make('foreground.pick', await candidate(2)),
      ends: 'refused',
    },
    {
      params: async () => ({ image, on: await seenForeground(), strokes: [stroke] }),
      meanwhile: () => make('locations.edit', { image, change: { kind: 'add', points: place } }),
      ends: 'rebased',
    },
  ],
  'locations.edit': [
    {
      params: deletePoint,
      meanwhile: async () => make('locations.edit', await deletePoint()),
      ends: 'refused',
    },
    {
      params: deletePoint,
      meanwhile: () => make('locations.edit', { image, change: { kind: 'add', points: place } }),
      ends: 'rebased',
    },
  ],
  'review.setState': [
    {
      params: async () => ({ ...(await seenCells()), ids: [1], state: 'accepted' }),
      meanwhile: async () => make('review.edit', await brushCell(1)),
      ends: 'refused',
    },
    {
      params: async () => ({ ...(await seenCells()), ids: [3], state: 'accepted' }),
      meanwhile: async () => make('review.setState', { ...(await seenCells()), ids: [1], state: 'rejected' }),
      ends: 'rebased',
    },
  ],
  'review.edit': [
    {
      params: () => brushCell(2),
      meanwhile: async () => make('review.edit', await brushCell(2)),
      ends: 'refused',
    },
  ],
  'review.setAllChecked': [
    {
      params: async () => ({ ...(await seenCells()), allChecked: true }),
      meanwhile: async () => make('review.edit', await brushCell(3)),
      ends: 'refused',
    },
  ],
  'images.change': 'gives images a value, whatever they had',
  'images.attachLabels': 'gives the image a label image, whatever it had',
  'images.detachLabels': 'takes the label image away, whichever it is; undo brings it back',
  'foreground.acceptSuggestions': 'leaves images that have a foreground by then',
  'locations.import': 'gives the image points, whatever it had',
  'locations.find': 'finds the points anew, and keeps those by hand',
  'locations.useProjectSettings': 'finds the points anew, and keeps those by hand',
  'review.import': 'keeps the cells that a person judged, and replaces the others',
  'history.undo': 'undoes the last edit of the image, and says which it was',
  'history.redo': 'redoes the last undone edit of the image, and says which it was',
};

describe('an edit that names something older is refused, or made on top of what has changed', () => {
  const cases = Object.entries(stale).flatMap(([name, list]) =>
    typeof list === 'string' ? [] : list.map((one) => ({ name: name as OnceName, ...one })),
  );

  test.each(cases)('$name is $ends', async ({ name, params, meanwhile, ends }) => {
    const old = (await params()) as Params<typeof name>;
    await meanwhile();
    const before = content();
    const asked = make(name, old);
    if (ends === 'refused') {
      await expect(asked).rejects.toMatchObject({ code: 'annotation-invalid' });
      expect(content()).toEqual(before);
    } else {
      await asked;
      expect(content()).not.toEqual(before);
    }
  });
});
