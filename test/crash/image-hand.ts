import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackedMask } from '../../src-main/contract/packed-mask.ts';
import type { Locations } from '../../src-main/contract/pixels.ts';
import type { RequestName } from '../../src-main/contract/requests.ts';
import type { LocationEdit } from '../../src-main/contract/requests/location-requests.ts';
import { judgements } from '../../src-main/contract/review-document.ts';
import type { SeededRandom } from '../../src-main/model/seeded-random.ts';
import { paintStrokes } from '../../src-main/tasks/foreground/paint-strokes.ts';
import type { TestWindow } from '../fixtures/test-host.ts';
import { imageSize } from '../fixtures/two-channel-images.ts';
import type { Edit, ImageTruth, Look, Seen } from './image-truth.ts';

/** One request that changes an image, and what it must lead to. */
export interface Work {
  name: RequestName;
  params: unknown;
  edit: Edit;
}

/** Where an image is worked on. */
export interface Place {
  window: TestWindow;
  project: string;
  folder: string;
}

/** Changes of an image, weighted by how often they are listed here. */
const kinds = [
  ...['pick', 'pick', 'none', 'paint', 'paint', 'paint', 'add', 'add', 'add', 'add', 'move', 'move', 'move'],
  ...['delete', 'delete', 'find', 'undo', 'undo', 'undo', 'redo', 'redo', 'mark', 'mark', 'keep', 'rename'],
] as const;

/** Chooses the next change of an image; `null` if the chosen one is not possible now. */
export async function nextWork(
  random: SeededRandom,
  { window, project }: Place,
  image: string,
  truth: ImageTruth,
): Promise<Work | null> {
  const of = { project, image };
  const ofEdit = { ...of, edit: randomUUID() };
  const points = parsePoints(truth.look.locations);
  const count = points.length / 2;
  const place = (): { y: number; x: number } => ({
    // Quarters of a pixel, which neither the file nor the message rounds.
    y: random.integer(4 * imageSize.height) / 4,
    x: random.integer(4 * imageSize.width) / 4,
  });
  const editPoints = (change: LocationEdit, after: Locations): Work =>
    work('locations.edit', { ...ofEdit, change }, { locations: pointsText(after) });
  const idOf = async (index: number): Promise<string> => (await window.ask('locations.read', of)).ids[index]!;
  switch (kinds[random.integer(kinds.length)]!) {
    case 'pick': {
      const index = random.integer(5);
      const { candidates } = await window.ask('foreground.candidates', of);
      const { maskSha256 } = candidates[index]!;
      const pick = { kind: 'candidate', index, maskSha256 } as const;
      return work('foreground.pick', { ...ofEdit, pick }, { foreground: maskText(candidates[index]!.mask) });
    }
    case 'none':
      return work('foreground.pick', { ...ofEdit, pick: { kind: 'none' } }, { foreground: '' });
    case 'paint': {
      const strokes = Array.from({ length: 1 + random.integer(3) }, () => {
        const path = Float32Array.from([place(), place()].flatMap(({ y, x }) => [y, x]));
        return {
          mode: random.chance(0.6) ? 'add' : 'erase',
          radiusPx: 1 + random.integer(12),
          path,
        } as const;
      });
      const painted = paintStrokes(parseMask(truth.look.foreground), strokes);
      const { sha256 } = await window.ask('foreground.read', of);
      const on = { kind: 'saved', sha256 } as const;
      return work('foreground.paint', { ...ofEdit, on, strokes }, { foreground: maskText(painted) });
    }
    case 'add': {
      const { y, x } = place();
      const added = Float32Array.of(y, x);
      return editPoints({ kind: 'add', points: added }, Float32Array.from([...points, ...added]));
    }
    case 'move': {
      if (count === 0) return null;
      const index = random.integer(count);
      const to = place();
      const moved = points.slice();
      moved.set([to.y, to.x], 2 * index);
      return editPoints({ kind: 'move', ids: [await idOf(index)], to: Float32Array.of(to.y, to.x) }, moved);
    }
    case 'delete': {
      if (count === 0) return null;
      const index = random.integer(count);
      return editPoints(
        { kind: 'delete', ids: [await idOf(index)] },
        points.filter((_, i) => i >> 1 !== index),
      );
    }
    case 'find': {
      const { settings } = await window.ask('locations.read', of);
      const found = await window.ask('locations.preview', { ...of, settings, coarse: false });
      const params = {
        project,
        edit: ofEdit.edit,
        images: [image],
        scope: 'images',
        keepByHand: false,
      } as const;
      return work('locations.find', params, { locations: pointsText(found.points) });
    }
    case 'undo':
      return truth.current === 0
        ? null
        : { ...work('history.undo', ofEdit, {}), edit: { kind: 'undo', becomes: {} } };
    case 'redo':
      return truth.current === truth.steps.length - 1
        ? null
        : { ...work('history.redo', ofEdit, {}), edit: { kind: 'redo', becomes: {} } };
    case 'mark': {
      if (truth.look.review === '') return null;
      const cell = random.integer(truth.look.review.length);
      const mark = random.integer(judgements.length);
      const marks = [...truth.look.review].map((before, i) => (i === cell ? String(mark) : before)).join('');
      const review = await window.ask('review.read', of);
      const { prediction, revision, ids } = review!;
      const params = { ...ofEdit, prediction, revision, ids: [ids[cell]!], state: judgements[mark] };
      return work('review.setState', params, { review: marks });
    }
    case 'keep': {
      const settings = parseSettings(truth.settings);
      return changeOf({ ...settings, validation: !settings.validation });
    }
    case 'rename':
      return changeOf({ ...parseSettings(truth.settings), name: `${image} ${random.integer(1000)}` });
  }
  function changeOf(settings: ImageSettings): Work {
    const params = { project, edit: ofEdit.edit, images: [image], ...settings };
    const change = work('images.change', params, {});
    return { ...change, edit: { ...change.edit, settings: settingsText(settings) } };
  }
}

/** The settings of an image that the work here changes. */
interface ImageSettings {
  name: string;
  validation: boolean;
}

function settingsText({ name, validation }: ImageSettings): string {
  return JSON.stringify({ name, validation });
}

function parseSettings(text: string): ImageSettings {
  return JSON.parse(text) as ImageSettings;
}

function work(name: RequestName, params: unknown, becomes: Edit['becomes']): Work {
  const edit: Edit = { kind: 'edit', becomes };
  return { name, params, edit };
}

/** What a window sees of an image, and the length of its journal. */
export async function see(
  { window, project, folder }: Place,
  image: string,
): Promise<Seen & { journal: Buffer }> {
  const of = { project, image };
  const [foreground, locations, review, { images }] = await Promise.all([
    window.ask('foreground.read', of),
    window.ask('locations.read', of),
    window.ask('review.read', of),
    window.ask('project.read', { project }),
  ]);
  const summary = images.find(({ id }) => id === image);
  if (summary === undefined) throw new Error(`${image} is not in the project`);
  const look: Look = {
    foreground: maskText(foreground.mask),
    locations: pointsText(locations.points),
    review: review === null ? '' : review.states.join(''),
    labels: summary.marks.labels ? 'some' : 'none',
  };
  const journal = await readJournalBytes(folder, image);
  return { look, settings: settingsText(summary), undo: summary.undo, entries: countLines(journal), journal };
}

/** The journal of an image as it is on the disk now. */
export async function readJournalBytes(folder: string, image: string): Promise<Buffer> {
  return readFile(join(folder, 'annotations', image, 'history.jsonl'));
}

/** Complete lines: a line that a crash has cut does not count. */
export function countLines(journal: Buffer): number {
  return journal.toString('utf8').split('\n').length - 1;
}

/** An empty mask equals no mask: neither has a pixel. */
function maskText(mask: PackedMask | null): string {
  return mask?.bits.some((byte) => byte > 0) === true ? Buffer.from(mask.bits).toString('base64') : '';
}

function parseMask(text: string): PackedMask {
  const bits = new Uint8Array(Math.ceil((imageSize.height * imageSize.width) / 8));
  bits.set(Buffer.from(text, 'base64'));
  return { ...imageSize, bits };
}

function pointsText(points: Locations): string {
  return Array.from(points, (value) => value.toFixed(3)).join(' ');
}

function parsePoints(text: string): Locations {
  return Float32Array.from(text === '' ? [] : text.split(' ').map(Number));
}
