import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Failure } from '../../src-main/contract/failure.ts';
import type { UpMessage } from '../../src-main/contract/messages.ts';
import { OutgoingFailures } from '../../src-main/host/outgoing-failures.ts';
import { ErrorLog } from '../../src-main/project/error-log.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

function fault(): Failure {
  return {
    code: 'internal',
    message: 'The program has an internal error.',
    subject: 'b.tif',
    details: 'TypeError: no y in /data/plate-7/b.tif\n    at /home/ada/lacss/x.ts',
  };
}

const redacted = 'TypeError: no y in <project>/b.tif\n    at ~/lacss/x.ts';

function gate(): { failures: OutgoingFailures; log: ErrorLog } {
  const log = new ErrorLog(temporaryFolder(), '/home/ada');
  return { log, failures: new OutgoingFailures(log, () => ['/data/plate-7']) };
}

test('what a window can copy names neither home nor project', () => {
  const { failures, log } = gate();
  const failure = fault();
  failures.look({ type: 'error', job: 1, failure });
  expect(failure.details).toBe(redacted);
  // The session has logged it already.
  expect(existsSync(log.path)).toBe(false);
});

test('failures of single images are logged, once each, and lose the names', () => {
  const { failures, log } = gate();
  const [inResult, inEvent] = [fault(), fault()];
  const value = { added: [], failures: [inResult, { code: 'file-damaged', message: 'Cut short.' }] };
  failures.look({ type: 'result', job: 1, value });
  const event = { type: 'event', name: 'segment.changed', payload: { run: { failure: inEvent } } };
  failures.look(event as unknown as UpMessage);
  failures.look(event as unknown as UpMessage);
  expect([inResult.details, inEvent.details]).toEqual([redacted, redacted]);
  const text = readFileSync(log.path, 'utf8');
  expect(text.match(/TypeError/g)).toHaveLength(2);
  expect(text).toContain('a result, b.tif');
  expect(text).toContain('segment.changed, b.tif');
  expect(text).not.toMatch(/ada|plate-7|Cut short/);
});
