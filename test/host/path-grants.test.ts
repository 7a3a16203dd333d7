import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PathGrants } from '../../src-main/host/path-grants.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const refused = expect.objectContaining({ code: 'path-not-granted' }) as Error;

test('a granted folder grants what is in it, also what is not there yet', () => {
  const folder = temporaryFolder();
  const grants = new PathGrants();
  mkdirSync(join(folder, 'home'));
  grants.grant(join(folder, 'home'));
  expect(grants.require(join(folder, 'home', 'new', 'model.lacss'))).toBe(
    join(folder, 'home', 'new', 'model.lacss'),
  );
  expect(() => grants.require(join(folder, 'home', '..', 'other'))).toThrow(refused);
  expect(() => grants.require(join(folder, 'homely'))).toThrow(refused);
});

test.skipIf(process.platform === 'win32')(
  'no link leads out of a granted folder, whenever it was made',
  () => {
    const folder = temporaryFolder();
    const [home, secret] = [join(folder, 'home'), join(folder, 'secret')];
    mkdirSync(home);
    mkdirSync(secret);
    writeFileSync(join(secret, 'key'), '');
    const grants = new PathGrants();
    grants.grant(home);
    symlinkSync(secret, join(home, 'link'));
    for (const path of ['link', 'link/key', 'link/new', 'link/../link/key'])
      expect(() => grants.require(join(home, path)), path).toThrow(refused);
    mkdirSync(join(home, 'inside'));
    symlinkSync(join(home, 'inside'), join(home, 'shortcut'));
    expect(grants.require(join(home, 'shortcut', 'a.tif'))).toBe(join(home, 'shortcut', 'a.tif'));

    // A granted folder that a link later replaces grants nothing of the link's target.
    const plate = join(folder, 'plate');
    mkdirSync(plate);
    grants.grant(plate);
    rmSync(plate, { recursive: true });
    symlinkSync(secret, plate);
    expect(() => grants.require(join(plate, 'key'))).toThrow(refused);

    // A chosen link also grants its target.
    grants.grant(join(home, 'link', 'key'));
    expect(grants.require(join(home, 'link', 'key'))).toBe(join(home, 'link', 'key'));
  },
);
