import { expect, test } from 'vitest';
import { csvCell } from '../../src-main/measure/csv-cell.ts';

test.each([
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  [' =1', "' =1"],
  ['＝1', "'＝1"],
  ['\t=1', "'\t=1"],
  ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
  ['\r=1', `"'\r=1"`],
])('%j stays a text in a spreadsheet', (text, cell) => {
  expect(csvCell(text)).toBe(cell);
});

test.each([
  ['field-1', 'field-1'],
  ['a=b', 'a=b'],
  ['a, b', '"a, b"'],
  ['5" dish', '"5"" dish"'],
  ['a\nb', '"a\nb"'],
  ['', ''],
])('%j is only quoted where it must be', (text, cell) => {
  expect(csvCell(text)).toBe(cell);
});
