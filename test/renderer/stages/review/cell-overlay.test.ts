import { expect, test } from 'vitest';
import { cellOverlay } from '../../../../src-renderer/stages/review/cell-overlay.ts';

const view = {
  image: 'a',
  contours: {
    points: new Float32Array(0),
    ringStarts: new Uint32Array([0]),
    ringLabels: new Uint32Array(0),
  },
  locations: new Float32Array(0),
  areasPx: new Float32Array(5),
  madeBy: { at: '', elapsedMs: 0, views: 1, diameterPx: null, computedBy: null } as const,
  prediction: { model: 'm', madeAt: '' },
  allChecked: false,
  ids: new Uint32Array([1, 2, 3, 4, 6]),
  // Found, accepted, rejected, edited, found with a low score.
  states: new Uint8Array([0, 1, 2, 3, 0]),
  scores: new Float32Array([0.9, 0.8, 0.7, 0.9, 0.1]),
  order: new Uint32Array([4, 2, 1, 0, 3]),
  modelMinScore: 0.2,
  usual: { score: 0.8, areaPx: 0 },
  revision: 0,
};
const overlay = { outline: true, fill: false, fillOpacity: 0.3, points: true };

test('each cell has the style of its state; those below the score that nobody has judged are hidden', () => {
  // The accepted and the rejected cell are below the score too. No cell has id 5.
  const { states } = cellOverlay(view, { minScore: 0.85, showsHidden: false }, null, overlay);
  expect([...states!]).toEqual([255, 0, 1, 2, 3, 255, 255]);
});

test('the selected cell has a style of its own and lies above the others', () => {
  const { states, raised } = cellOverlay(view, { minScore: 0.5, showsHidden: false }, 3, overlay);
  expect(states![3]).toBe(5);
  expect(raised).toBe(3);
});

test('what is switched off is not drawn', () => {
  expect(cellOverlay(view, { minScore: 0, showsHidden: false }, null, overlay)).toMatchObject({
    outline: true,
    fillOpacity: 0,
  });
  const filled = { ...overlay, outline: false, fill: true };
  expect(cellOverlay(view, { minScore: 0, showsHidden: false }, null, filled)).toMatchObject({
    outline: false,
    fillOpacity: 0.3,
  });
});

test('cells below the score are faint outlines on demand, and can be selected', () => {
  const { states, styles } = cellOverlay(view, { minScore: 0.85, showsHidden: true }, null, overlay);
  expect([...states!]).toEqual([255, 0, 1, 2, 3, 255, 6]);
  expect(styles[6]!.opacity).toBeLessThan(styles[0]!.opacity);
  const selected = cellOverlay(view, { minScore: 0.85, showsHidden: true }, 6, overlay);
  expect(selected.states![6]).toBe(5);
});
