import { expect, test } from 'vitest';
import { exportFormatNames, exportFormats } from '../../../../src-main/contract/choices.ts';
import { formatTexts } from '../../../../src-renderer/stages/results/format-texts.ts';

test.each(exportFormatNames)('window and command line name %s alike', (format) => {
  const { name, hint } = exportFormats[format];
  expect(formatTexts(format)).toEqual({ name, hint });
});
