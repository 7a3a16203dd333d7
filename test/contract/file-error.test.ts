import { constants } from 'node:os';
import { mkdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LacssError } from '../../src-main/contract/errors.ts';
import { asLacssError } from '../../src-main/contract/failure.ts';
import { fileError, strayFileError } from '../../src-main/contract/file-error.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

/** What each code means for people, reading and writing. */
const table: Record<string, [read: string, write: string]> = {
  ENOENT: ['file-not-found', 'file-unwritable'],
  ENOSPC: ['disk-full', 'disk-full'],
  EDQUOT: ['disk-full', 'disk-full'],
  ENAMETOOLONG: ['name-invalid', 'name-invalid'],
  EILSEQ: ['name-invalid', 'name-invalid'],
  ERR_INVALID_ARG_VALUE: ['name-invalid', 'name-invalid'],
};
for (const code of [
  ...['EMFILE', 'ENFILE', 'ENOMEM', 'EEXIST', 'ENOTEMPTY', 'EISDIR', 'ENOTDIR', 'ELOOP', 'EROFS', 'EPERM'],
  ...['EACCES', 'EBUSY', 'ETXTBSY', 'EIO', 'ENODEV', 'ENXIO', 'ESTALE', 'ETIMEDOUT', 'EHOSTDOWN', 'EAGAIN'],
  ...['EINTR', 'EXDEV', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EFBIG', 'EOVERFLOW'],
  ...['ENETDOWN', 'ENETUNREACH', 'EHOSTUNREACH', 'ENOTCONN', 'ECONNRESET', 'ENOLINK', 'ENOLCK'],
  ...['ECANCELED', 'ERR_FS_FILE_TOO_LARGE'],
])
  table[code] = ['file-unreadable', 'file-unwritable'];

const raised = (code: string): Error =>
  Object.assign(new Error(`${code}: raw text, open '/a/b.tif'`), { code });

test.each(Object.entries(table))('%s is told in words', (code, [read, write]) => {
  for (const [action, expected] of [
    ['read', read],
    ['write', write],
  ] as const) {
    const error = fileError(raised(code), '/a/b.tif', action) as LacssError;
    expect(error).toBeInstanceOf(LacssError);
    expect(error).toMatchObject({ code: expected, subject: '/a/b.tif' });
    expect(error.message).toMatch(/b\.tif .*\.$/);
    expect(error.message + error.remedy).not.toMatch(/raw text|\bE[A-Z]{3,}|ERR_/);
    expect(error.remedy).toMatch(/^[A-Z].*\.$/);
  }
});

test('a code that nobody has thought of is told with its name, and is no fault of the program', () => {
  for (const code of Object.keys(constants.errno)) {
    const error = fileError(raised(code), '/a/b.tif', 'write');
    expect(error).toBeInstanceOf(LacssError);
    expect((error as LacssError).code, code).not.toBe('internal');
  }
});

test('a file operation that nobody has looked at reaches people in the same words', () => {
  const folder = temporaryFolder();
  const failed = (work: () => unknown): unknown => {
    try {
      work();
    } catch (error) {
      return error;
    }
    throw new Error('It did not fail.');
  };
  const missing = join(folder, 'none.tif');
  expect(asLacssError(failed(() => readFileSync(missing)))).toMatchObject({
    code: 'file-not-found',
    message: `${missing} does not exist.`,
  });
  expect(asLacssError(failed(() => readFileSync(folder)))).toMatchObject({ code: 'file-unreadable' });
  expect(asLacssError(failed(() => mkdirSync(folder)))).toMatchObject({
    code: 'file-unwritable',
    message: `${folder} cannot be written: there is a file or folder of that name.`,
  });
});

test('a failed connection is no failed file', async () => {
  const error = await new Promise((resolve) => connect({ port: 1 }).once('error', resolve));
  expect(error).toMatchObject({ syscall: 'connect' });
  expect(strayFileError(error)).toBe(null);
  expect(strayFileError(new TypeError('x'))).toBe(null);
});
