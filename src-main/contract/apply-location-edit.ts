import { itemAt } from './elements.ts';
import type { Locations } from './pixels.ts';
import type { LocationEdit } from './requests/location-requests.ts';

/** Points with one id per point, in the same order. `byHand` is 1 for points that a person added or moved. */
export interface PointSet {
  points: Locations;
  byHand: Uint8Array;
  ids: readonly string[];
}

/**
 * The points after an edit. Window and host use this same function, so that the window shows what will be
 * saved. Missing ids are ignored, and existing points are not added again.
 * @param editId names the edit; the ids of added points follow from it
 */
export function applyLocationEdit(before: PointSet, edit: LocationEdit, editId: string): PointSet {
  switch (edit.kind) {
    case 'add':
      return added(before, edit.points, pointIds(pointOrigin(editId), edit.points.length / 2));
    case 'move': {
      const places = new Map(before.ids.map((id, index) => [id, index]));
      const points = before.points.slice();
      const byHand = before.byHand.slice();
      for (const [i, id] of edit.ids.entries()) {
        const index = places.get(id);
        if (index === undefined) continue;
        points.set(edit.to.subarray(2 * i, 2 * i + 2), 2 * index);
        byHand[index] = 1;
      }
      return { points, byHand, ids: before.ids };
    }
    case 'delete': {
      const gone = new Set(edit.ids);
      return filtered(before, (id) => !gone.has(id));
    }
  }
}

/** The ids in an edit that are not among these points. */
export function missingPoints({ ids }: Pick<PointSet, 'ids'>, edit: LocationEdit): string[] {
  if (edit.kind === 'add') return [];
  const known = new Set(ids);
  return edit.ids.filter((id) => !known.has(id));
}

/** The ids of points of one origin: `origin.0`, `origin.1` … */
export function pointIds(origin: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${origin}.${i}`);
}

/** The origin in the ids of points that an edit adds: 12 digits of its UUID. */
export function pointOrigin(editId: string): string {
  return editId.replaceAll('-', '').slice(0, 12);
}

function added(before: PointSet, points: Locations, ids: readonly string[]): PointSet {
  const known = new Set(before.ids);
  const news = ids.filter((id) => !known.has(id));
  return {
    points: joined(
      before.points,
      points.filter((_, i) => !known.has(itemAt(ids, i >> 1))),
    ),
    byHand: Uint8Array.from({ length: before.ids.length + news.length }, (_, i) => before.byHand[i] ?? 1),
    ids: [...before.ids, ...news],
  };
}

function filtered({ points, byHand, ids }: PointSet, isKept: (id: string) => boolean): PointSet {
  const kept = ids.map(isKept);
  return {
    points: points.filter((_, i) => kept[i >> 1]),
    byHand: byHand.filter((_, i) => kept[i]),
    ids: ids.filter((_, i) => kept[i]),
  };
}

/** All points of two sets, the first ones first. */
export function joined(first: Locations, second: Locations): Locations {
  const all = new Float32Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
