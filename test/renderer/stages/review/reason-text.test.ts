import { expect, test } from 'vitest';
import { nextReasons } from '../../../../src-main/contract/requests/review-requests.ts';
import type { NextImage } from '../../../../src-main/contract/requests/review-requests.ts';
import { reasonText } from '../../../../src-renderer/stages/review/reason-text.ts';

test.each(Object.entries(nextReasons) as [NextImage['reason'], string][])(
  'window and command line name the reason %s alike',
  (reason, text) => {
    expect(reasonText(reason)).toBe(text);
  },
);
