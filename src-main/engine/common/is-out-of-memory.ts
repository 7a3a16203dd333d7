import { LacssError } from '../../contract/errors.ts';

/** Out-of-memory messages of onnxruntime, TensorFlow, WebGPU and JavaScript. */
const messages =
  /failed to allocate|bad.alloc|out of memory|OOM when allocating|resource exhausted|array buffer allocation failed|invalid (?:typed )?array (?:buffer )?length/i;

/** Whether an error indicates low memory, so that a smaller task may succeed. */
export function isOutOfMemory(error: unknown): boolean {
  if (error instanceof LacssError) return error.code === 'out-of-memory';
  return messages.test(error instanceof Error ? error.message : String(error));
}
