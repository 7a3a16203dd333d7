import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LacssError } from '../../src-main/contract/errors.ts';
import { asLacssError, detailsOf, fromFailure, toFailure } from '../../src-main/contract/failure.ts';
import { ErrorLog } from '../../src-main/project/error-log.ts';
import { Session } from '../../src-main/host/session.ts';
import type { Handlers } from '../../src-main/host/call.ts';
import type { UpMessage } from '../../src-main/contract/messages.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

test('five files of 1 MB at most, the oldest goes; home and project have no names in them', () => {
  const folder = temporaryFolder();
  const log = new ErrorLog(folder, '/home/ada');
  for (let entry = 0; entry < 80; entry += 1) {
    log.write(`entry ${entry}`, `in /data/secret/plate/a.tif, /home/ada/x\u001b[2J ${'x'.repeat(90_000)}`, [
      '/data/secret/plate',
    ]);
  }
  const names = readdirSync(join(folder, 'log')).sort();
  expect(names).toEqual(['lacss.1.log', 'lacss.2.log', 'lacss.3.log', 'lacss.4.log', 'lacss.log']);
  for (const name of names) expect(statSync(join(folder, 'log', name)).size).toBeLessThanOrEqual(1_000_000);
  const newest = readFileSync(log.path, 'utf8');
  expect(newest).toContain('entry 79\nin <project>/a.tif, ~/x\\u001b[2J');
  expect(newest).not.toMatch(/ada|secret/);
});

test.each([
  [new RangeError('Array buffer allocation failed'), 'out-of-memory'],
  [new RangeError('Invalid typed array length: 5e9'), 'out-of-memory'],
  [new TypeError('The encoded data was not valid for encoding utf-8'), 'internal'],
  [Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' }), 'internal'],
])('%s reaches a person as one sentence; what it was travels beside it', (error, code) => {
  const failure = toFailure(error);
  expect(failure.code).toBe(code);
  expect(failure.message).not.toContain(error.message);
  expect(failure.message).toMatch(/^[A-Z][^.]*\.$/);
  expect(failure.details).toContain(error.message);
});

test('stack and causes survive any number of borders between processes', () => {
  const cause = new Error('the deepest reason');
  const thrown = new TypeError('x is undefined', { cause });
  const first = toFailure(thrown);
  const third = toFailure(fromFailure(structuredClone(toFailure(fromFailure(first)))));
  expect(third).toEqual(first);
  expect(third.details).toContain('Caused by: Error: the deepest reason');
  expect(detailsOf(asLacssError(thrown))).toContain('x is undefined');
});

test('what was expected travels without its stack', () => {
  const known = new LacssError('disk-full', 'There is no room.', { cause: new Error('ENOSPC') });
  expect(toFailure(known)).toEqual({ code: 'disk-full', message: 'There is no room.' });
});

test('a session tells what nobody expected to the log, and nothing else', async () => {
  const told: UpMessage[] = [];
  const logged: string[] = [];
  let answer: () => unknown = () => {
    throw new TypeError('x is undefined');
  };
  const handlers = { 'host.describe': () => answer() } as unknown as Handlers;
  const session = new Session(
    1,
    handlers,
    (message) => told.push(message),
    (name, error) => logged.push(`${name}: ${detailsOf(error)}`),
  );
  session.receive({ type: 'request', job: 1, name: 'host.describe', params: {} });
  await Promise.resolve();
  expect(told).toMatchObject([{ type: 'error', failure: { code: 'internal' } }]);
  expect(logged).toHaveLength(1);
  expect(logged[0]).toContain('host.describe: ');
  expect(logged[0]).toContain('x is undefined');
  answer = () => {
    throw new LacssError('disk-full', 'There is no room.');
  };
  session.receive({ type: 'request', job: 2, name: 'host.describe', params: {} });
  await Promise.resolve();
  expect(told).toHaveLength(2);
  expect(logged).toHaveLength(1);
});
