import { expect, test } from 'vitest';
import { formatLocationsCsv } from '../../src-main/annotation/format-locations-csv.ts';
import { parseLocationsCsv } from '../../src-main/annotation/parse-locations-csv.ts';
import { LacssError } from '../../src-main/contract/errors.ts';

test('what is written is read again', () => {
  const locations = Float32Array.of(0.5, 0.5, 103.25, 67.125, 1079.5, 3);
  const text = formatLocationsCsv(locations);
  expect(text).toBe('y,x\n0.5,0.5\n103.25,67.125\n1079.5,3\n');
  expect(parseLocationsCsv(text, 'points.csv')).toEqual(locations);
});

test('columns may be swapped, quoted and among others; lines may end as on Windows', () => {
  const text = '\uFEFF"Area";"X";"Y"\r\n12;3.5;"7"\r\n\r\n9;1;2\r\n';
  expect([...parseLocationsCsv(text, 'points.csv')]).toEqual([7, 3.5, 2, 1]);
});

test('points of napari are moved to the centres of their pixels', () => {
  const text = 'index,axis-0,axis-1\n0.0,0.0,0.0\n1.0,12.25,3.0\n';
  expect([...parseLocationsCsv(text, 'points.csv')]).toEqual([0.5, 0.5, 12.75, 3.5]);
  expect(() => parseLocationsCsv('index,axis-0,axis-1,axis-2\n0,1,2,3\n', 'points.csv')).toThrow(
    'in a stack',
  );
});

test('a separator, a line break and a quotation mark within quotes belong to their cell', () => {
  const text = 'name,y,x\n"A, B",7,3.5\n"two\nlines",1,2\n"a ""b""",3,4\n5" tube,5,6\n';
  expect([...parseLocationsCsv(text, 'points.csv')]).toEqual([7, 3.5, 1, 2, 3, 4, 5, 6]);
});

test('a header alone means no locations', () => {
  expect(parseLocationsCsv('y,x\n', 'points.csv')).toHaveLength(0);
});

test.each([
  ['', 'points.csv, line 1: the file is empty'],
  ['3,4\n5,6\n', 'points.csv, line 1: a header with y and x is required, found "3,4"'],
  ['y,x\n1,2\n\n3,abc\n', 'points.csv, line 4: two numbers are required, found "3,abc"'],
  ['y,x\n5\n', 'points.csv, line 2: two numbers are required, found "5"'],
  ['y,x\n5,\n', 'points.csv, line 2: two numbers are required, found "5,"'],
  ['y,x\n1,2\n"3,4\n5,6\n', 'points.csv, line 4: a quotation mark (") is not closed'],
  ['y,x,note\n1,2,"a" b\n', 'points.csv, line 2: a quotation mark (") is followed by other text'],
  ['y,x\n99,10\n100,10\n', 'points.csv, line 3: y 100, x 10 is outside the image of 100 × 50 px'],
])('%j is refused with the line and the reason', (text, message) => {
  const parse = () => parseLocationsCsv(text, 'points.csv', { height: 100, width: 50 });
  expect(parse).toThrow(LacssError);
  expect(parse).toThrow(message);
});
