import { LacssError } from '../contract/errors.ts';

/** How onnxruntime, TensorFlow, WebGPU and JavaScript itself say it. */
const messages =
  /failed to allocate|bad.alloc|out of memory|OOM when allocating|resource exhausted|array buffer allocation failed|invalid (?:typed )?array (?:buffer )?length/i;

/** True where memory ran out, as far as the error tells: less at once may succeed. */
export function isOutOfMemory(error: unknown): boolean {
  if (error instanceof LacssError) return error.code === 'out-of-memory';
  return messages.test(error instanceof Error ? error.message : String(error));
}
