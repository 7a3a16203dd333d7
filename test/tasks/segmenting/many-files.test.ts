import { expect, test } from 'vitest';
import { measureManyFiles } from '../../bench/load/many-files.ts';

/** The short form of a part of `npm run bench:load`. */
test('of 120 files with 5 broken, 115 have results and 5 an error that names the file', async () => {
  const { figures, faults } = await measureManyFiles(120, 5);
  expect(faults).toEqual([]);
  expect(figures).toMatchObject({ results: 115, 'named errors': 5 });
});
