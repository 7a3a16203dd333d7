import { itemAt, numberAt } from '../../contract/elements.ts';
import type { FloatPlane } from '../../contract/pixels.ts';
import { otsuThreshold } from '../intensity/otsu.ts';
import { percentiles } from '../intensity/percentiles.ts';
import { findPadding } from '../padding/find-padding.ts';
import { outsidePadding } from '../intensity/outside-padding.ts';
import { shownByName } from './stains.ts';

/**
 * Indices of the channels with whole cells and nuclei; `null` if there is none. Both may be the same channel.
 */
export interface GuessedRoles {
  cells: number | null;
  nuclei: number | null;
}

export interface RolesGuess {
  roles: GuessedRoles;
  /** Confidence of the result, 0 … 1: near 1 if names state it, lower if only pixels indicate it. */
  confidence: number;
}

const noChannel = /^alpha$/i;

/** A channel that looks less like nuclei than this is not searched for them. */
const mayBeNuclei = 0.25;

const sureByName = 0.95;
const sureByElimination = 0.8;

/**
 * How similar a plane is to stained nuclei, 0 … 1: compact bright objects on a dark, even background.
 *
 * Stained nuclei are far brighter than a background that fills most of the image. The distribution is
 * therefore skewed to the right, and the bright part is small. Phase contrast and bright field spread evenly
 * on both sides of their background. A stain of whole cells covers more. Padding does not count.
 */
function nuclearLook(whole: FloatPlane): number {
  const plane = { data: outsidePadding(whole.data, findPadding(whole)) };
  const [low, median, high] = percentiles(plane, [1, 50, 99.5]) as [number, number, number];
  if (!(high > low)) return 0;
  const lean = (high - median - (median - low)) / (high - low);
  // If a gap separates the two classes, Otsu's threshold is at its lower end, within the background noise.
  const threshold = Math.max(otsuThreshold(plane), median + (high - median) / 4);
  let bright = 0;
  for (const value of plane.data) if (value > threshold) bright++;
  const share = bright / plane.data.length;
  return Math.max(0, lean) * (1 - Math.min(1, 2 * share));
}

/**
 * Determines which channel shows cells and which nuclei: from the channels' names, otherwise from their
 * pixels. A single stained channel has both roles, with low confidence if it hardly looks like nuclei. Phase
 * contrast alone has no nuclei.
 *
 * @param names one name per channel.
 * @param planes one plane per channel.
 * @throws RangeError if names and planes differ in number.
 */
export function guessRoles(names: readonly string[], planes: readonly FloatPlane[]): RolesGuess {
  if (names.length !== planes.length) {
    throw new RangeError(`${names.length} names for ${planes.length} planes`);
  }
  const channels = names.map((_, i) => i).filter((i) => !noChannel.test(itemAt(names, i).trim()));
  const shown = names.map(shownByName);
  // A word in every channel's name, such as part of the file name, distinguishes none.
  const telling = (named: readonly number[]) =>
    channels.length > 1 && named.length === channels.length ? [] : named;
  const namedNuclei = telling(channels.filter((i) => shown[i] === 'nuclei'));
  const namedCells = telling(channels.filter((i) => shown[i] !== null && shown[i] !== 'nuclei'));
  if (channels.length === 0) return { roles: { cells: null, nuclei: null }, confidence: 0 };
  if (channels.length === 1) {
    const only = numberAt(channels, 0);
    if (namedNuclei.length > 0) return { roles: { cells: only, nuclei: only }, confidence: sureByName };
    if (shown[only] === 'transmitted cells') {
      return { roles: { cells: only, nuclei: null }, confidence: sureByName };
    }
    const look = nuclearLook(itemAt(planes, only));
    return {
      roles: { cells: only, nuclei: look > mayBeNuclei ? only : null },
      confidence: Math.min(1, look > mayBeNuclei ? 2 * Math.max(0, look - 0.5) : 1 - look / mayBeNuclei),
    };
  }

  const looks = new Map(channels.map((i) => [i, nuclearLook(itemAt(planes, i))]));
  const byLook = (candidates: readonly number[]): number[] =>
    [...candidates].sort((a, b) => looks.get(b)! - looks.get(a)!);
  if (namedNuclei.length > 0) {
    const nuclei = numberAt(namedNuclei, 0);
    const others = channels.filter((i) => i !== nuclei);
    // Among several cell stains, the one least similar to nuclei shows most of the cell.
    const cells = namedCells[0] ?? byLook(others).at(-1)!;
    return { roles: { cells, nuclei }, confidence: namedCells.length > 0 ? sureByName : sureByElimination };
  }
  if (namedCells.length > 0) {
    const cells = numberAt(namedCells, 0);
    const nuclei = numberAt(byLook(channels.filter((i) => i !== cells)), 0);
    return { roles: { cells, nuclei }, confidence: channels.length === 2 ? sureByElimination : 0.5 };
  }
  const order = byLook(channels);
  const nuclei = numberAt(order, 0);
  const cells = order.at(-1)!;
  const confidence = Math.min(1, looks.get(nuclei)! - looks.get(cells)!) * sureByElimination;
  return { roles: { cells, nuclei }, confidence: Math.max(0, confidence) };
}
