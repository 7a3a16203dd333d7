import { presetNames, type PresetName } from '../../src-main/contract/choices.ts';

/** True where a string names a preset of the network. */
export function isPresetName(name: string): name is PresetName {
  return (presetNames as readonly string[]).includes(name);
}
