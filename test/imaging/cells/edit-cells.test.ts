import { expect, test } from 'vitest';
import type { CellChanges } from '../../../src-main/imaging/cells/cell-draft.ts';
import type { CellEdit } from '../../../src-main/contract/review-document.ts';
import { cellMaskOf, eachRun, maskArea, regionOf } from '../../../src-main/imaging/cells/cell-mask.ts';
import type { CellMask } from '../../../src-main/contract/review-document.ts';
import { editCells } from '../../../src-main/imaging/cells/edit-cells.ts';
import { keepOnePiece } from '../../../src-main/imaging/cells/keep-one-piece.ts';
import { gaussianFilter } from '../../../src-main/imaging/filters/gaussian-filter.ts';
import { labelComponents } from '../../../src-main/imaging/label/label-components.ts';
import { SeededRandom } from '../../../src-main/model/seeded-random.ts';
import { drawn } from '../golden.ts';
import { CellsById } from './shown-cells.ts';

/** The cells after an edit, as rows of characters. */
function edited(rows: string[], edit: CellEdit): string[] {
  const before = CellsById.of(drawn(...rows));
  return before.with(editCells(before, edit)).rows();
}

const refused = (remedy: RegExp) =>
  expect.objectContaining({ code: 'annotation-invalid', remedy: expect.stringMatching(remedy) as unknown });

const twoCells = ['.......', '.111.22', '.111.22', '.111.22', '.......'];

test('the brush adds the pixels whose centres it hits, and respects neighbours', () => {
  // A disc of radius 1.1 around the centre of pixel (2, 4): that pixel and its four neighbours.
  const brush: CellEdit = { kind: 'brush', id: 1, path: [2.5, 4.5], radiusPx: 1.1, mode: 'add', push: false };
  expect(edited(twoCells, brush)).toEqual(['.......', '.111122', '.111122', '.111122', '.......']);
  expect(edited(twoCells, { ...brush, push: true })).toEqual([
    '.......',
    '.111122',
    '.111112',
    '.111122',
    '.......',
  ]);
});

test('what the brush adds apart from the cell is dropped, however large', () => {
  const brush: CellEdit = { kind: 'brush', id: 1, path: [1, 4, 1, 9], radiusPx: 2, mode: 'add', push: false };
  expect(edited(['1.........', '..........', '..........'], brush)).toEqual([
    '1.........',
    '..........',
    '..........',
  ]);
});

test('the brush erases; the largest piece stays, and a cell without a pixel is removed', () => {
  const erase: CellEdit = {
    kind: 'brush',
    id: 1,
    path: [0, 2.5, 3, 2.5],
    radiusPx: 0.5,
    mode: 'erase',
    push: false,
  };
  expect(edited(['1111111', '1111111', '1111111'], erase)).toEqual(['...1111', '...1111', '...1111']);
  const before = CellsById.of(drawn('11', '11'));
  expect(editCells(before, { ...erase, path: [1, 1], radiusPx: 5 })).toEqual({
    changed: new Map(),
    removed: [1],
    added: [],
  });
});

test('a pushed neighbour keeps its largest piece', () => {
  const brush: CellEdit = {
    kind: 'brush',
    id: 1,
    path: [1.5, 2.5, 1.5, 6.5],
    radiusPx: 0.6,
    mode: 'add',
    push: true,
  };
  expect(edited(['...2222', '11.2222', '...2222', '...2222'], brush)).toEqual([
    '.......',
    '1111111',
    '...2222',
    '...2222',
  ]);
});

test('nothing is painted beyond the image', () => {
  const brush: CellEdit = {
    kind: 'brush',
    id: 1,
    path: [-5, -5, 1, 1],
    radiusPx: 1,
    mode: 'add',
    push: true,
  };
  expect(edited(['1..', '...', '...'], brush)).toEqual(['11.', '11.', '...']);
});

test('a stroke that leaves and re-enters the cell adds that side', () => {
  const redraw: CellEdit = { kind: 'redraw', id: 1, path: [2.5, 3, 0, 3, 0, 6, 2.5, 6], push: false };
  const before = ['........', '........', '.111111.', '.111111.', '........'];
  expect(edited(before, redraw)).toEqual(['...111..', '...111..', '.111111.', '.111111.', '........']);
});

test('a stroke through the cell removes the smaller side', () => {
  const redraw: CellEdit = { kind: 'redraw', id: 1, path: [0, 5, 5, 5], push: false };
  const before = ['.........', '.1111111.', '.1111111.', '.1111111.', '.........'];
  expect(edited(before, redraw)).toEqual(['.........', '.1111....', '.1111....', '.1111....', '.........']);
  // In the other direction the result is the same. From the left side, the right piece is the smaller one.
  expect(edited(before, { ...redraw, path: [5, 5, 0, 5] })).toEqual(edited(before, redraw));
  expect(edited(before, { ...redraw, path: [0, 4, 5, 4] })).toEqual([
    '.........',
    '....1111.',
    '....1111.',
    '....1111.',
    '.........',
  ]);
});

test('a stroke from the outline to the outline counts where the hand is 3 px off', () => {
  const before = ['.........', '.........', '.........', '.1111111.', '.1111111.', '.1111111.'];
  // Begins and ends 1 px above the outline, between columns 3 and 6.
  const redraw: CellEdit = { kind: 'redraw', id: 1, path: [2, 3, 1, 3, 1, 6, 2, 6], push: false };
  expect(edited(before, redraw)).toEqual([
    '.........',
    '...111...',
    '...111...',
    '.1111111.',
    '.1111111.',
    '.1111111.',
  ]);
  expect(() => edited(before, { ...redraw, path: [-1, 3, -2, 6] })).toThrow(refused(/on its outline/));
});

test('redrawing respects neighbours unless it pushes, and keeps holes', () => {
  const before = ['22222...', '........', '1111111.', '1.11111.', '1111111.'];
  const redraw: CellEdit = { kind: 'redraw', id: 1, path: [3, 2, 0, 2, 0, 4, 3, 4], push: false };
  expect(edited(before, redraw)).toEqual(['22222...', '..11....', '1111111.', '1.11111.', '1111111.']);
  // Cell 2 is cut in two: it keeps the larger piece, the left one.
  expect(edited(before, { ...redraw, push: true })).toEqual([
    '2211....',
    '..11....',
    '1111111.',
    '1.11111.',
    '1111111.',
  ]);
});

test('a lasso adds the pixels inside, without those of other cells', () => {
  const lasso: CellEdit = { kind: 'lasso', path: [1, 3, 1, 7, 4, 7, 4, 3], push: false };
  expect(edited(twoCells, lasso)).toEqual(['.......', '.111322', '.111322', '.111322', '.......']);
  // Pushed, cell 1 loses a column, and cell 2 is covered.
  expect(edited(twoCells, { ...lasso, push: true })).toEqual([
    '.......',
    '.113333',
    '.113333',
    '.113333',
    '.......',
  ]);
  expect(() => edited(twoCells, { ...lasso, path: [1, 1, 1, 3, 3, 3, 3, 1] })).toThrow(
    refused(/Draw around/),
  );
});

test('a cut divides a cell; the larger piece stays, and the pixels of the line go to the nearest', () => {
  const cut: CellEdit = { kind: 'cut', ids: [1], path: [0, 2.5, 3, 2.5] };
  const rows = edited(['1111111', '1111111', '1111111'], cut);
  expect(rows.map((row) => [row.slice(0, 2), row.slice(3)])).toEqual(new Array(3).fill(['22', '1111']));
  expect(() => edited(twoCells, { ...cut, path: [2.5, 0, 2.5, 0.5] })).toThrow(refused(/from one side/));
});

test('a cut that ends 2 px before the other side still cuts', () => {
  const rows = edited(['111111', '111111', '111111', '111111'], {
    kind: 'cut',
    ids: null,
    path: [-1, 2.5, 1.5, 2.5],
  });
  expect(new Set(rows.join(''))).toEqual(new Set('12'));
});

test('without ids a cut divides every cell that it crosses', () => {
  const before = ['1111.2222', '1111.2222', '1111.2222', '1111.2222', '....3....'];
  const after = CellsById.of(drawn(...before));
  const changes = editCells(after, { kind: 'cut', ids: null, path: [1.9, -1, 1.9, 10] });
  expect([...changes.changed.keys()]).toEqual([1, 2]);
  expect(changes.added).toHaveLength(2);
  expect([...changes.changed.values(), ...changes.added].map(maskArea)).toEqual([8, 8, 8, 8]);
});

test('a merge fills a gap of 2 px, the largest cell stays, and others keep their pixels', () => {
  const before = ['111..22.', '111..222', '11133222', '...333..'];
  expect(edited(before, { kind: 'merge', ids: [2, 1] })).toEqual([
    '1111111.',
    '11111111',
    '11133111',
    '...333..',
  ]);
});

test('a merge adds nothing beside the seam, and joins cells that touch at a corner', () => {
  const touching = ['......', '.1122.', '.1122.', '......'];
  expect(edited(touching, { kind: 'merge', ids: [1, 2] })).toEqual(['......', '.1111.', '.1111.', '......']);
  const rows = edited(['11..', '11..', '..22', '..22'], { kind: 'merge', ids: [1, 2] });
  expect(rows.join('').replaceAll('.', '')).toMatch(/^1{10,}$/);
});

test('cells that are 3 px apart are not merged, nor is one cell', () => {
  const apart = ['11...22', '11...22'];
  expect(() => edited(apart, { kind: 'merge', ids: [1, 2] })).toThrow(refused(/at most 2 px/));
  expect(() => edited(apart, { kind: 'merge', ids: [1, 1] })).toThrow(refused(/Select several/));
  expect(() => edited(apart, { kind: 'mergeAcross', path: [0.5, 0.5, 0.5, 3.5] })).toThrow(
    refused(/Select several/),
  );
});

test('a stroke from one cell into the next merges them, and no other', () => {
  expect(edited(['11.22', '11.22', '33333'], { kind: 'mergeAcross', path: [0.5, 1.5, 1.5, 3.5] })).toEqual([
    '11111',
    '11111',
    '33333',
  ]);
});

test('a merge fills what the cells enclose together, but not the holes they had', () => {
  const before = ['11111222', '1.1...22', '111...22', '11111222'];
  expect(edited(before, { kind: 'merge', ids: [1, 2] })).toEqual([
    '11111111',
    '1.111111',
    '11111111',
    '11111111',
  ]);
});

test('holes are filled, but for the cells inside', () => {
  const before = ['11111', '1.1.1', '111.1', '12111', '11111'];
  expect(edited(before, { kind: 'fillHoles', ids: [1] })).toEqual([
    '11111',
    '11111',
    '11111',
    '12111',
    '11111',
  ]);
});

test('delete removes, and what is not shown cannot be edited', () => {
  expect(edited(twoCells, { kind: 'delete', ids: [2] })).toEqual(
    twoCells.map((row) => row.replace('22', '..')),
  );
  for (const kind of ['delete', 'smooth', 'fillHoles'] as const) {
    expect(() => edited(twoCells, { kind, ids: [7] })).toThrow(refused(/that is shown/));
  }
});

test('an added mask takes free pixels only, within the image', () => {
  const mask = { top: 3, left: 3, height: 3, width: 5, runs: [0, 15] };
  const asked = { kind: 'addMask', location: { y: 4.5, x: 4.5 }, score: 0.5, source: 'prompt' } as const;
  expect(edited(twoCells, { ...asked, mask })).toEqual([
    '.......',
    '.111.22',
    '.111.22',
    '.111322',
    '...3333',
  ]);
  expect(() =>
    edited(twoCells, {
      ...asked,
      mask: { ...mask, top: 1, left: 1, height: 1, width: 2, runs: [0, 2] },
    }),
  ).toThrow(refused(/Correct the cell/));
});

test('another outline takes the place of the old one; neighbours keep their pixels, or give way', () => {
  const again: CellEdit = {
    kind: 'outlineAgain',
    id: 1,
    mask: { top: 2, left: 3, height: 5, width: 3, runs: [0, 15] },
    location: { y: 3.5, x: 4.5 },
    score: 0.5,
    push: false,
  };
  expect(edited(twoCells, again)).toEqual(['.......', '.....22', '...1122', '...1122', '...111.']);
  expect(edited(twoCells, { ...again, push: true })).toEqual([
    '.......',
    '.....22',
    '...1112',
    '...1112',
    '...111.',
  ]);
  const covered = { top: 1, left: 5, height: 1, width: 2, runs: [0, 2] };
  expect(() => edited(twoCells, { ...again, mask: covered })).toThrow(refused(/Correct the cell/));
  const outside = { top: 9, left: 9, height: 1, width: 2, runs: [0, 2] };
  expect(() => edited(twoCells, { ...again, mask: outside })).toThrow(refused(/Correct the cell/));
  expect(() => edited(twoCells, { ...again, id: 7 })).toThrow(refused(/that is shown/));
});

test('two points split a cell at its neck, though it is nearer to one of them', () => {
  const before = [
    '...........111..',
    '111111....11111.',
    '1111111..1111111',
    '1111111111111111',
    '1111111..1111111',
    '111111....11111.',
    '...........111..',
  ];
  const rows = edited(before, { kind: 'split', id: 1, points: [3.5, 1.5, 3.5, 12.5] });
  const first = rows[3]![0]!;
  const second = rows[3]![15]!;
  expect([first, second].sort()).toEqual(['1', '2']);
  for (const row of rows) {
    expect(row.slice(0, 7).replaceAll('.', first)).toBe(first.repeat(7));
    expect(row.slice(9).replaceAll('.', second)).toBe(second.repeat(7));
  }
  expect(() => edited(before, { kind: 'split', id: 1, points: [3.5, 1.5, 0.5, 0.5] })).toThrow(
    refused(/two places/),
  );
});

test('smoothing takes off a spike, fills a notch, and keeps the area', () => {
  const rows = Array.from({ length: 24 }, (_, y) =>
    Array.from({ length: 24 }, (_, x) => {
      const isDisc = (y - 11.5) ** 2 + (x - 11.5) ** 2 <= 81;
      const isSpike = y === 11 && x > 17;
      const isNotch = x === 11 && y < 6;
      return (isDisc || isSpike) && !isNotch ? '1' : '.';
    }).join(''),
  );
  const before = CellsById.of(drawn(...rows));
  const changes = editCells(before, { kind: 'smooth', ids: [1] });
  const after = before.with(changes);
  expect(after.rows()[11]!.slice(22)).toBe('..');
  expect(after.rows()[4]![11]).toBe('1');
  expect(Math.abs(maskArea(after.masks.get(1)!) / maskArea(before.masks.get(1)!) - 1)).toBeLessThan(0.03);
});

test('smoothing takes the highest pixels of the blurred cell, whatever its size', () => {
  for (let seed = 0; seed < 20; seed++) {
    const random = new SeededRandom(seed, 'rough');
    const side = 20 + 6 * seed;
    const radius = side / 4;
    const data = Uint8Array.from({ length: side * side }, (_, i) => {
      const apart = Math.hypot(Math.floor(i / side) - side / 2, (i % side) - side / 2);
      return apart < radius + random.uniform(-2, 2) ? 1 : 0;
    });
    keepOnePiece({ top: 0, left: 0, height: side, width: side, data });
    const cell = cellMaskOf({ top: 0, left: 0, height: side, width: side, data })!;
    const shown = { height: side, width: side, near: () => [1], mask: () => cell };
    const { changed } = editCells(shown, { kind: 'smooth', ids: [1] });

    // The definition, with all pixels of the image sorted.
    const area = maskArea(cell);
    const sigmaPx = Math.min(6, Math.max(0.8, 0.1 * Math.sqrt(area / Math.PI)));
    const blurred = gaussianFilter(
      { height: side, width: side, data: Float32Array.from(data) },
      sigmaPx,
    ).data;
    const ranked = [...blurred.keys()].sort((a, b) => blurred[b]! - blurred[a]! || a - b);
    const expected = new Uint8Array(side * side);
    for (const i of ranked.slice(0, area)) expected[i] = 1;
    keepOnePiece({ top: 0, left: 0, height: side, width: side, data: expected }, cell);
    const whole = { top: 0, left: 0, bottom: side, right: side };
    expect(regionOf(changed.get(1)!, whole).data).toEqual(expected);
  }
});

test('an edit that changes nothing has no changes', () => {
  const before = CellsById.of(drawn(...twoCells));
  const none = { changed: new Map(), removed: [], added: [] };
  expect(editCells(before, { kind: 'fillHoles', ids: [1, 2] })).toEqual(none);
  expect(
    editCells(before, { kind: 'brush', id: 1, path: [2, 2], radiusPx: 1, mode: 'add', push: true }),
  ).toEqual(none);
});

/** A random walk of a few px per vertex that may leave the image. */
function walk(random: SeededRandom, side: number): number[] {
  let [y, x] = [random.uniform(0, side), random.uniform(0, side)];
  return Array.from({ length: 2 + Math.floor(random.uniform(0, 12)) }, () => {
    y += random.uniform(-6, 6);
    x += random.uniform(-6, 6);
    return [y, x];
  }).flat();
}

function randomEdit(random: SeededRandom, ids: number[], side: number): CellEdit {
  const any = (): number => ids[Math.floor(random.uniform(0, ids.length))]!;
  const path = walk(random, side);
  const push = random.uniform() < 0.5;
  const kinds: (() => CellEdit)[] = [
    () => ({ kind: 'brush', id: any(), path, radiusPx: random.uniform(0.5, 5), mode: 'add', push }),
    () => ({ kind: 'brush', id: any(), path, radiusPx: random.uniform(0.5, 3), mode: 'erase', push }),
    () => ({ kind: 'redraw', id: any(), path, push }),
    () => ({ kind: 'lasso', path, push }),
    () => ({ kind: 'cut', ids: push ? null : [any()], path }),
    () => ({ kind: 'merge', ids: [any(), any()] }),
    () => ({ kind: 'mergeAcross', path }),
    () => ({ kind: 'fillHoles', ids: [any()] }),
    () => ({ kind: 'smooth', ids: [any()] }),
    () => ({ kind: 'split', id: any(), points: path }),
  ];
  return kinds[Math.floor(random.uniform(0, kinds.length))]!();
}

test('a line that begins and ends far outside the image takes no longer than a short one', () => {
  const far = 1e9;
  const across = [2.5, -far, 2.5, far];
  const through = [-far, 2.5, far, 2.5];
  expect(edited(twoCells, { kind: 'mergeAcross', path: across })).toEqual([
    '.......',
    '.111111',
    '.111111',
    '.111111',
    '.......',
  ]);
  const cells = ['.....', '.1111', '.1111', '.1111', '.1111', '.....'];
  const cut = edited(cells, { kind: 'cut', ids: null, path: through });
  expect(cut).toEqual(edited(cells, { kind: 'cut', ids: null, path: [-4, 2.5, 9, 2.5] }));
  expect(cut).toContain('.1122');
});

const oneLarge = (() => {
  const none = CellsById.of({ height: 48, width: 48, data: new Int32Array(48 * 48) });
  const lasso: CellEdit = { kind: 'lasso', path: [5, 5, 5, 40, 40, 40, 40, 5], push: false };
  return none.with(editCells(none, lasso));
})();
/** Cells of one pixel in the corners and elsewhere, one along a border, one with a hole. */
const tinyOnes = CellsById.of(
  drawn('1.....2', '.......', '444.5..', '4.4....', '444.666', '.......', '3.....7'),
);

test.each([
  ['large cells', 25, oneLarge],
  ['cells of one pixel, and at the borders of the image', 150, tinyOnes],
])(
  'after any sequence of edits no cells overlap, each is one piece in the image, and none is empty: %s',
  (_, sequences, first) => {
    const random = new SeededRandom(7, 'edit-cells');
    const side = first.width;
    const made = new Map<string, number>();
    for (let sequence = 0; sequence < sequences; sequence++) {
      let cells = first;
      for (let step = 0; step < 40 && cells.masks.size > 0; step++) {
        const edit = randomEdit(random, [...cells.masks.keys()], side);
        let changes: CellChanges;
        try {
          changes = editCells(cells, edit);
        } catch (error) {
          // An impossible stroke is refused, and nothing else.
          expect(error).toMatchObject({ code: 'annotation-invalid' });
          continue;
        }
        made.set(edit.kind, (made.get(edit.kind) ?? 0) + 1);
        const after = cells.with(changes);
        const owners = new Int32Array(side * side);
        for (const [id, mask] of after.masks) {
          const image = { top: 0, left: 0, bottom: side, right: side };
          let [inside, shared] = [0, 0];
          eachRun(mask, image, (y, from, to) => {
            const run = owners.subarray(y * side + from, y * side + to);
            shared += run.filter((owner) => owner !== 0).length;
            run.fill(id);
            inside += to - from;
          });
          expect(shared, `overlap after ${edit.kind}`).toBe(0);
          expect(inside, 'no empty cell, none outside the image').toBe(maskArea(mask));
          expect(inside).toBeGreaterThan(0);
          expect(Math.max(...labelComponents(regionOf(mask), 4).data), `one piece after ${edit.kind}`).toBe(
            1,
          );
        }
        const area = (some: CellsById): number =>
          [...some.masks.values()].reduce((sum, mask) => sum + maskArea(mask), 0);
        if (edit.kind === 'cut' || edit.kind === 'split') expect(area(after)).toBe(area(cells));
        if (edit.kind === 'merge' || edit.kind === 'mergeAcross' || edit.kind === 'fillHoles') {
          expect(area(after)).toBeGreaterThanOrEqual(area(cells));
        }
        if (!('push' in edit && edit.push)) {
          // Without push only the cells that the edit names change.
          const named = 'id' in edit ? [edit.id] : 'ids' in edit && edit.ids !== null ? edit.ids : null;
          if (named !== null) for (const id of changes.changed.keys()) expect(named).toContain(id);
          if (edit.kind === 'lasso') expect(changes.changed.size).toBe(0);
        }
        cells = after;
      }
    }
    for (const kind of [
      'brush',
      'redraw',
      'lasso',
      'cut',
      'merge',
      'mergeAcross',
      'fillHoles',
      'smooth',
      'split',
    ]) {
      expect(made.get(kind), kind).toBeGreaterThan(4);
    }
  },
);

test('an edit among 3,000 cells reads the masks of its box only', () => {
  const masks = new Map<number, CellMask>();
  for (let id = 0; id < 3000; id++) {
    const [row, column] = [Math.floor(id / 60), id % 60];
    masks.set(id, { top: 40 * row, left: 34 * column, height: 30, width: 30, runs: [0, 900] });
  }
  const cells = new CellsById(2048, 2048, masks);
  const path = [1015, 1035, 1030, 1050];
  editCells(cells, { kind: 'brush', id: 25 * 60 + 30, path, radiusPx: 10, mode: 'add', push: true });
  expect(cells.asked).toBeLessThan(30);
});
