import { differenceKinds } from '../../../src-main/contract/metrics.ts';
import type { DifferenceKind } from '../../../src-main/contract/metrics.ts';
import type { ComparisonView } from '../../../src-main/contract/requests/result-requests.ts';
import { outlinePath } from './outline-path.ts';

/** The outlines of one kind in a picture. */
interface ExampleLines {
  kind: DifferenceKind;
  /** Whether they are of true cells. */
  isTruth: boolean;
  /** An SVG path. */
  d: string;
}

/** The outlines of found and true cells by kind. Those of agreeing true cells would double the others. */
export function exampleLines(
  { found, truth }: Pick<ComparisonView, 'found' | 'truth'>,
  stepPx: number,
): ExampleLines[] {
  const lines = ({ contours, kinds }: ComparisonView['found'], kind: DifferenceKind, isTruth: boolean) => {
    const wanted = differenceKinds.indexOf(kind);
    return { kind, isTruth, d: outlinePath(contours, (label) => kinds[label] === wanted, stepPx) };
  };
  return [
    ...(['agreeing', 'extra', 'split', 'merged'] as const).map((kind) => lines(found, kind, false)),
    ...(['missed', 'split', 'merged'] as const).map((kind) => lines(truth, kind, true)),
  ];
}
