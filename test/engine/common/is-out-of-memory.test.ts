import { expect, test } from 'vitest';
import { LacssError } from '../../../src-main/contract/errors.ts';
import { isOutOfMemory } from '../../../src-main/engine/common/is-out-of-memory.ts';

test.each([
  ['onnxruntime', new Error('Failed to allocate memory for requested buffer of size 4398046511104')],
  ['C++', new Error('std::bad_alloc')],
  ['TensorFlow', new Error('Invalid TF_Status: 8\nMessage: OOM when allocating tensor with shape[1,2]')],
  ['JavaScript', new RangeError('Array buffer allocation failed')],
  ['JavaScript, asked for far too much', new RangeError('Invalid typed array length: 9007199254740991')],
  ['ourselves', new LacssError('out-of-memory', 'No room.')],
])('%s says so', (_, error) => {
  expect(isOutOfMemory(error)).toBe(true);
});

test.each([
  new LacssError('engine-failed', 'It failed: out of memory is not the reason.'),
  new RangeError('Invalid array index'),
  'cancelled',
])('%s is something else', (error) => {
  expect(isOutOfMemory(error)).toBe(false);
});
