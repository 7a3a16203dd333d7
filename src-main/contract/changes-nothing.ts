import type { RequestName } from './requests.ts';

/** Whether a request only looks: it may be asked again after a crash, and nobody need be told of it. */
export function changesNothing(name: RequestName): boolean {
  return /\.(read|display|candidates|preview|range|prefetch|inspect|cells|list|counts|plan|evaluate|state|curves|formats|try)$/.test(
    name,
  );
}
