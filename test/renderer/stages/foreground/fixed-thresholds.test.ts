import { expect, test } from 'vitest';
import {
  automaticSettings,
  fixedSettings,
} from '../../../../src-renderer/stages/foreground/fixed-thresholds.ts';

const settings = { feature: 'auto', method: 'graph-cut', presets: null } as const;

test('fixed thresholds begin with those of the image, and name its feature', () => {
  const shown = { feature: 'intensity', thresholds: [123.456, 200, 301.7, 1234.5, -2.345] } as const;
  const fixed = fixedSettings(settings, { ...shown, thresholds: [...shown.thresholds] });
  expect(fixed).toEqual({
    ...settings,
    feature: 'intensity',
    thresholds: [123, 200, 302, 1230, -2.35],
  });
  expect(automaticSettings(fixed, 'auto')).toEqual(settings);
});
