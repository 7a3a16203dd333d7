import type { EngineStatus } from '../contract/requests/host.ts';

/** Before anything has been computed. */
export const unknownEngine: EngineStatus = {
  state: 'unknown',
  choice: 'auto',
  engine: '',
  provider: '',
  device: '',
  version: '',
  passedOver: [],
  selfTest: '',
};
