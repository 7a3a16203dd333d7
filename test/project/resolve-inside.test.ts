import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { resolveInside, resolveOwn } from '../../src-main/project/resolve-inside.ts';

const folder = resolve('/results/here');

test('a name, and a name with folders in it, lead into the folder', () => {
  expect(resolveInside(folder, 'field-1_labels.tif')).toBe(join(folder, 'field-1_labels.tif'));
  expect(resolveInside(folder, 'plate 1/µm, 日本.tif')).toBe(join(folder, 'plate 1', 'µm, 日本.tif'));
  expect(resolveOwn(folder, 'annotations', 'a.b-1')).toBe(join(folder, 'annotations', 'a.b-1'));
});

test.each([
  ['../../../escaped'],
  ['a/../../../escaped'],
  ['..'],
  ['.'],
  [''],
  ['/etc/passwd'],
  ['a//b'],
  ['..\\..\\escaped'],
  ['C:\\escaped'],
  ['a\0b'],
  ['a\u001b[2Jb'],
  ['a\nb'],
  ['a\u0085b'],
  [`${'ü'.repeat(126)}.tif`],
])('%j leaves the folder or is no name, for outputs and for what a project holds', (name) => {
  const refusal = expect.objectContaining({ code: 'name-invalid', subject: name }) as Error;
  expect(() => resolveInside(folder, name)).toThrow(refusal);
  expect(() => resolveOwn(folder, name)).toThrow(refusal);
});

test.each([['con.tif'], ['NUL'], ['aux'], ['com1.csv'], ['field.'], ['field '], ['con/field.tif']])(
  'no output is called %j, which Windows does not take; what an older project holds stays open',
  (name) => {
    expect(() => resolveInside(folder, name)).toThrow(
      expect.objectContaining({ code: 'name-invalid' }) as Error,
    );
    expect(resolveOwn(folder, name)).toBe(join(folder, name));
  },
);

test('names that only begin like a device of Windows are names', () => {
  for (const name of ['control.tif', 'con_labels.tif', 'console', 'com10'])
    expect(resolveInside(folder, name)).toBe(join(folder, name));
});
