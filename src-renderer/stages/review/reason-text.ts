import type { NextImage } from '../../../src-main/contract/requests/review-requests.ts';

/** Why an image should be corrected next, in the language in use. The contract has the English. */
export function reasonText(reason: NextImage['reason']): string {
  switch (reason) {
    case 'unlike':
      return 'unlike the corrected images';
    case 'doubtful':
      return 'doubtful cells';
    case 'many-cells':
      return 'many cells';
  }
}
