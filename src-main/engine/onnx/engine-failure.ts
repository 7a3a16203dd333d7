import { LacssError } from '../../contract/errors.ts';

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** True where memory ran out, as far as the message tells. */
export function isOutOfMemory(cause: unknown): boolean {
  return /failed to allocate|bad.alloc|out of memory/i.test(messageOf(cause));
}

/** What a graph that could not be compiled or run is to be called. */
export function engineFailure(cause: unknown): LacssError {
  if (cause instanceof LacssError) return cause;
  const reason = messageOf(cause);
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
