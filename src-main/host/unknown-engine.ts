import type { EngineStatus } from '../contract/requests/host-requests.ts';

/** The engine status before the engine has started. */
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
