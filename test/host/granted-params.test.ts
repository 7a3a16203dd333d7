import { describe, expect, test } from 'vitest';
import { requests } from '../../src-main/contract/requests.ts';
import { grantedParams } from '../../src-main/host/granted-params.ts';

/** Answers paths in capitals, refuses all below `/private`. */
function require(path: string): string {
  if (path.startsWith('/private')) throw new RangeError(path);
  return path.toUpperCase();
}

describe('paths in a request’s params', () => {
  test('are replaced by what was granted, in fields, lists and unions', () => {
    const { params: add } = requests['images.add'];
    expect(grantedParams(add, { project: 'p', paths: ['/a', '/b'], options: {} }, require)).toEqual({
      project: 'p',
      paths: ['/A', '/B'],
      options: {},
    });
    const { params: start } = requests['segment.start'];
    const request = {
      project: 'p',
      model: 'm',
      what: { kind: 'folder', folder: '/c' },
      skipDone: true,
    } as const;
    expect(grantedParams(start, request, require)).toEqual({
      ...request,
      what: { kind: 'folder', folder: '/C' },
    });
  });

  test('are refused where no person has granted them', () => {
    const { params: run } = requests['export.run'];
    const common = { project: 'p', images: ['a'], formats: ['csv' as const], everyCell: true };
    expect(() => grantedParams(run, { ...common, folder: '/private/x' }, require)).toThrow(RangeError);
    expect(grantedParams(run, common, require)).toEqual(common);
  });

  test('leave everything else as it is, packed positions too', () => {
    const { params: paint } = requests['foreground.paint'];
    const path = Float32Array.of(1, 2);
    const request = {
      project: 'p',
      image: '/private',
      on: { kind: 'saved' as const, sha256: null },
      strokes: [{ mode: 'add' as const, radiusPx: 1, path }],
    };
    const checked = grantedParams(paint, request, require);
    expect(checked).toEqual(request);
    expect(checked.strokes[0]!.path).toBe(path);
  });
});
