import { expect, test } from 'vitest';
import { cellOverlay, inLayers } from '../../../../src-renderer/stages/review/cell-overlay.ts';
import { replaceContours } from '../../../../src-renderer/viewer/replace-contours.ts';

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
  nextId: 99,
  usual: { score: 0.8, areaPx: 0 },
  revision: 0,
};
const none = new Set<number>();
const noneBright = new Uint8Array(7);
const shown = (minScore: number, showsHidden = false, rejectedShown = true) => ({
  minScore,
  showsHidden,
  tools: { rejectedShown },
});
const overlay = { outline: true, fill: false, fillOpacity: 0.3, points: true };

test('each cell has the style of its state; those below the score that nobody has judged are hidden', () => {
  // The accepted and the rejected cell are below the minimum score too. No cell has id 5.
  const { states } = cellOverlay(view, shown(0.85), none, null, overlay, noneBright);
  expect([...states!]).toEqual([255, 0, 1, 2, 3, 255, 255]);
});

test('selected cells have a style of their own; the last selected one is above the others', () => {
  const { states, raised } = cellOverlay(view, shown(0.5), new Set([2, 3]), 3, overlay, noneBright);
  expect([states![2], states![3]]).toEqual([5, 5]);
  expect(raised).toBe(3);
});

test('what is switched off is not drawn', () => {
  expect(cellOverlay(view, shown(0), none, null, overlay, noneBright)).toMatchObject({
    outline: true,
    fillOpacity: 0,
  });
  const filled = { ...overlay, outline: false, fill: true };
  expect(cellOverlay(view, shown(0), none, null, filled, noneBright)).toMatchObject({
    outline: false,
    fillOpacity: 0.3,
  });
});

test('cells below the score are faint outlines on demand, and can be selected', () => {
  const { states, styles } = cellOverlay(view, shown(0.85, true), none, null, overlay, noneBright);
  expect([...states!]).toEqual([255, 0, 1, 2, 3, 255, 6]);
  expect(styles[6]!.opacity).toBeLessThan(styles[0]!.opacity);
  const selected = cellOverlay(view, shown(0.85, true), new Set([6]), 6, overlay, noneBright);
  expect(selected.states![6]).toBe(5);
});

test('rejected cells are shown or not, as the person wants', () => {
  const { states } = cellOverlay(view, shown(0, false, false), none, null, overlay, noneBright);
  expect([...states!]).toEqual([255, 0, 1, 255, 3, 255, 0]);
});

test('lines are light where the image is dark, and dark where it is bright, each for its cell', () => {
  const luminance = ([red, green, blue]: readonly [number, number, number]) =>
    0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const bright = Uint8Array.of(0, 1, 0, 1, 0, 0, 1);
  const shownNow = cellOverlay(view, shown(0), none, null, overlay, bright);
  expect(shownNow).toMatchObject({ bright, halo: true });
  for (const [i, { colour, onBright }] of shownNow.styles.entries()) {
    // Light lines on a bright image, and dark ones on a dark one, would have half of this contrast.
    expect(luminance(colour), String(i)).toBeGreaterThan(0.6);
    expect(luminance(onBright!), String(i)).toBeLessThan(0.4);
  }
});

test('changed cells are an overlay of their own, and hidden in that of the earlier cells', () => {
  const ringLabels = Uint32Array.from({ length: 20 }, (_, i) => i + 1);
  const earlier = { points: new Float32Array(40), ringStarts: Uint32Array.of(0, ...ringLabels), ringLabels };
  const fresh = {
    points: Float32Array.of(5, 5),
    ringStarts: Uint32Array.of(0, 1),
    ringLabels: Uint32Array.of(2),
  };
  const whole = { ...cellOverlay(view, shown(0), none, 2, overlay, noneBright), set: earlier };
  expect(inLayers(whole)).toEqual([whole]);
  const [below, above] = inLayers({ ...whole, set: replaceContours(earlier, fresh, new Set([2])) });
  expect([below!.set, [...below!.states!]]).toEqual([earlier, [255, 0, 255, 2, 3, 255, 0]]);
  expect([above!.set, [...above!.states!]]).toEqual([fresh, [255, 0, 1, 2, 3, 255, 0]]);
  expect(above!.raised).toBe(2);
});
