import { expect, test } from 'vitest';
import { keyCaption } from '../../../src-renderer/ui/key-caption.ts';

test.each([
  ['Mod+Shift+z', 'Ctrl Shift Z'],
  ['Alt+ArrowUp', 'Alt ↑'],
  ['+', '+'],
  ['Shift++', 'Shift +'],
  ['=', '='],
  ['Delete', 'Del'],
  ['Space', 'Space'],
])('%s is shown as %s', (keys, shown) => {
  expect(keyCaption(keys)).toBe(shown);
});
