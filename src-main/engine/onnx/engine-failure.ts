import { LacssError } from '../../contract/errors.ts';
import { isOutOfMemory } from '../common/is-out-of-memory.ts';

/** The error for a graph that could not be compiled or run. */
export function engineFailure(cause: unknown): LacssError {
  if (cause instanceof LacssError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (isOutOfMemory(cause)) {
    return new LacssError('out-of-memory', `The onnx engine ran out of memory: ${reason}`, {
      remedy: 'Close other programs, or work on smaller tiles.',
      cause,
    });
  }
  return new LacssError('engine-failed', `The onnx engine could not run a graph: ${reason}`, {
    remedy: 'Try another engine: --engine tensorflow, or --engine cpu (slow).',
    cause,
  });
}
