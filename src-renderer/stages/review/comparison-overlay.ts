import { differenceKinds } from '../../../src-main/contract/metrics.ts';
import type { DifferenceKind } from '../../../src-main/contract/metrics.ts';
import type { DisplaySettings } from '../../../src-main/contract/requests/project-requests.ts';
import type { ContourSet } from '../../../src-main/contract/pixels.ts';
import type { ComparisonView } from '../../../src-main/contract/requests/result-requests.ts';
import type { Rgb } from '../../viewer/colour.ts';
import type { ContourOverlay, ContourStyle } from '../../viewer/scene.ts';

/**
 * Colours that are distinct for every kind of colour vision. M. Okabe, K. Ito, "Color Universal Design",
 * 2008.
 */
const colours: Record<DifferenceKind, Rgb> = {
  agreeing: [1, 1, 1],
  missed: [0.9, 0.62, 0],
  extra: [0.34, 0.71, 0.91],
  split: [0.8, 0.47, 0.65],
  merged: [0, 0.72, 0.53],
};

/** The colour of a kind for the list, as CSS. */
export function differenceColour(kind: DifferenceKind): string {
  const [r, g, b] = colours[kind].map((part) => Math.round(255 * part)) as [number, number, number];
  return `rgb(${r} ${g} ${b})`;
}

/** Agreeing cells have thin and dim lines. The other segmentation has dashed lines. */
function stylesOf(isTruth: boolean): ContourStyle[] {
  return differenceKinds.map((kind): ContourStyle => {
    if (kind === 'agreeing') {
      return {
        colour: colours.agreeing,
        onBright: [0.05, 0.09, 0.2],
        opacity: 0.4,
        dashed: false,
        widthPx: 1,
      };
    }
    return { colour: colours[kind], opacity: 1, dashed: isTruth, widthPx: isTruth ? 2 : 2.5 };
  });
}

/**
 * Both segmentations: agreeing cells are dim, the others have the colour of their difference.
 * @param brightOf 1 at each label of a set around which the image is bright
 */
export function comparisonOverlays(
  { found, truth }: ComparisonView,
  overlay: DisplaySettings['overlay'],
  brightOf: (set: ContourSet) => Uint8Array,
): ContourOverlay[] {
  const looks = { halo: true, outline: overlay.outline, fillOpacity: 0 };
  return [
    {
      ...looks,
      set: found.contours,
      bright: brightOf(found.contours),
      states: found.kinds,
      styles: stylesOf(false),
    },
    // Lines of agreeing true cells would double the others.
    {
      ...looks,
      set: truth.contours,
      bright: brightOf(truth.contours),
      states: hideAgreeing(truth.kinds),
      styles: stylesOf(true),
    },
  ];
}

function hideAgreeing(kinds: Uint8Array): Uint8Array {
  return kinds.map((kind) => (differenceKinds[kind] === 'agreeing' ? 255 : kind));
}
