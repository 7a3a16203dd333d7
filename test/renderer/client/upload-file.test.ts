import { expect, test } from 'vitest';
import { maxUploadPartBytes } from '../../../src-main/contract/limits.ts';
import type { Client } from '../../../src-renderer/client/client.ts';
import { uploadFile } from '../../../src-renderer/client/upload-file.ts';

interface Part {
  bytes: Uint8Array;
  upload: number | null;
  last: boolean;
}

test.each([
  [0, [0]],
  [3, [3]],
  [maxUploadPartBytes, [maxUploadPartBytes]],
  [2 * maxUploadPartBytes + 5, [maxUploadPartBytes, maxUploadPartBytes, 5]],
])('a file of %i bytes is sent in parts that a request may have', async (size, lengths) => {
  const parts: Part[] = [];
  const request = (_name: string, part: Part) => {
    parts.push(part);
    return Promise.resolve({ upload: 7, path: part.last ? '/tmp/a.tif' : null });
  };
  const client = { request } as unknown as Pick<Client, 'request'>;
  expect(await uploadFile(client, new File([new Uint8Array(size)], 'a.tif'))).toBe('/tmp/a.tif');
  expect(parts.map(({ bytes }) => bytes.length)).toEqual(lengths);
  expect(parts.map(({ upload }) => upload)).toEqual([null, ...lengths.slice(1).map(() => 7)]);
  expect(parts.map(({ last }) => last)).toEqual(lengths.map((_, i) => i === lengths.length - 1));
});
