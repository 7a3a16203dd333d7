import type { DifferenceKind } from '../../../src-main/contract/metrics.ts';
import type { CellState } from '../../../src-main/contract/review-document.ts';
import { phrase } from '../../languages/phrase.ts';

/** The state of a cell, as a word. */
export function stateWord(state: CellState): string {
  switch (state) {
    case 'found':
      return phrase('found');
    case 'accepted':
      return phrase('accepted');
    case 'rejected':
      return phrase('rejected');
    case 'edited':
      return phrase('edited');
    case 'added':
      return phrase('added');
  }
}

/** How a cell differs from those compared with, as a word after a number. */
export function differenceWord(kind: DifferenceKind): string {
  switch (kind) {
    case 'agreeing':
      return phrase('agreeing');
    case 'missed':
      return phrase('missed');
    case 'extra':
      return phrase('extra');
    case 'split':
      return phrase('split');
    case 'merged':
      return phrase('merged');
  }
}
