import { expect, test } from 'vitest';
import { applyLocationEdit, missingPoints } from '../../src-main/contract/apply-location-edit.ts';
import type { LocationEdit } from '../../src-main/contract/requests/location-requests.ts';

const editId = '01234567-89ab-4def-8123-456789abcdef';
const points = {
  points: Float32Array.of(1, 2, 3, 4),
  byHand: Uint8Array.of(0, 0),
  ids: ['aaaaaaaaaaaa.0', 'aaaaaaaaaaaa.1'],
};

test('added points have ids that follow from the edit, and are added once', () => {
  const edit = { kind: 'add', points: Float32Array.of(5, 6, 7, 8) } as const;
  const once = applyLocationEdit(points, edit, editId);
  expect(once).toEqual({
    points: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    byHand: Uint8Array.of(0, 0, 1, 1),
    ids: [...points.ids, '0123456789ab.0', '0123456789ab.1'],
  });
  expect(applyLocationEdit(once, edit, editId)).toEqual(once);
});

test('a move and a deletion concern the points they name, wherever these are in the list', () => {
  const [first, second] = points.ids as [string, string];
  const moved = applyLocationEdit(
    points,
    { kind: 'move', ids: [second, first], to: Float32Array.of(30, 40, 10, 20) },
    editId,
  );
  expect(moved).toEqual({ ...points, points: Float32Array.of(10, 20, 30, 40), byHand: Uint8Array.of(1, 1) });
  const left = applyLocationEdit(moved, { kind: 'delete', ids: [first] }, editId);
  expect(left).toEqual({ points: Float32Array.of(30, 40), byHand: Uint8Array.of(1), ids: [second] });
  const late: LocationEdit = { kind: 'move', ids: [first], to: Float32Array.of(0, 0) };
  expect(applyLocationEdit(left, late, editId)).toEqual(left);
  expect(missingPoints(left, late)).toEqual([first]);
});
