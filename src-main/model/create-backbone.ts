import type { Backbone } from './backbone.ts';
import type { Preset } from './presets.ts';
import { residualBackbone } from './residual-backbone.ts';
import { resnet50Backbone } from './resnet50-backbone.ts';
import type { WeightStore } from './weight-store.ts';

/** Creates the preset's backbone with new weights. */
export function createBackbone(store: WeightStore, inputChannels: number, preset: Preset): Backbone {
  const { backbone, channelsPerGroup } = preset;
  switch (backbone.kind) {
    case 'residual':
      return residualBackbone(store, inputChannels, backbone, channelsPerGroup);
    case 'resnet50':
      return resnet50Backbone(store, inputChannels, backbone, channelsPerGroup);
  }
}
