/**
 * The shapes the network comes in. A preset fixes the architecture and the size a cell must have on entering it;
 * everything that may differ between two trainings of the same architecture is a training setting instead.
 */
export const presetNames = ['tiny', 'small', 'paper'] as const;
export type PresetName = (typeof presetNames)[number];

/** Residual blocks at strides 2, 4, 8 and 16, as many channels as given. */
export interface ResidualBackbonePreset {
  kind: 'residual';
  channels: readonly [number, number, number, number];
}

/** ResNet-50 bottlenecks with channel attention at strides 2, 4, 8 and 16 behind a stem at stride 1. */
export interface Resnet50BackbonePreset {
  kind: 'resnet50';
  stemChannels: readonly [number, number];
  /** Bottleneck width and number of blocks per stage; a stage gives four times its width. */
  stages: readonly { width: number; blocks: number }[];
  /** The attention's hidden layer has this fraction of the channels. */
  attentionSqueeze: number;
}

export interface Preset {
  name: PresetName;
  backbone: ResidualBackbonePreset | Resnet50BackbonePreset;
  /** Channels that share one mean and variance in group norm; 1 is instance norm. */
  channelsPerGroup: number;
  pyramidChannels: number;
  /** Whether the pyramid's deepest level, which has nothing below it, is convolved too. */
  smoothsDeepest: boolean;
  locations: {
    /** Image pixels per cell of the score map. */
    stride: 4 | 8;
    layers: readonly { kernel: 1 | 3; channels: number }[];
    normalise: 'before-relu' | 'after-relu';
  };
  segmentation: {
    /** Image pixels per pixel of the map that crops are cut from. A mask has twice that resolution. */
    stride: 2 | 4;
    layers: number;
    layerChannels: number;
    /** Channels of a crop, few, because there is one crop per cell. */
    cropChannels: number;
    /** Kernel of the transposed convolution that doubles a crop's resolution. */
    upsampleKernel: 3 | 4;
    /** A hidden layer that turns the feature at a location into an encoding of the cell; `null` for none. */
    learnedEncodingHidden: number | null;
    /** Whether every mask starts as a disk around its location. */
    bump: boolean;
  };
  auxnet: { input: 'image'; channels: number } | { input: 'stem'; channels: number };
  /** Width a mean cell should have on entering, in pixels of the rescaled image. */
  cellDiameterPx: number;
  /** Width of the square around a location in which its mask is looked for, in pixels of the rescaled image. */
  patchPx: number;
  /** Height and width of an image must be multiples of this: the deepest stride. */
  padTo: number;
  /** Height and width it may be shown at once without taking more than some 2 GB. */
  largestTilePx: number;
}

export const presets: Readonly<Record<PresetName, Preset>> = {
  /** Small enough for tests: everything `small` has, once. */
  tiny: {
    name: 'tiny',
    backbone: { kind: 'residual', channels: [8, 8, 16, 16] },
    channelsPerGroup: 8,
    pyramidChannels: 8,
    smoothsDeepest: true,
    locations: { stride: 4, layers: [{ kernel: 3, channels: 8 }], normalise: 'before-relu' },
    segmentation: {
      stride: 4,
      layers: 1,
      layerChannels: 8,
      cropChannels: 8,
      upsampleKernel: 4,
      learnedEncodingHidden: 16,
      bump: true,
    },
    auxnet: { input: 'image', channels: 8 },
    cellDiameterPx: 16,
    patchPx: 48,
    padTo: 16,
    largestTilePx: 3072,
  },

  /** Trains in minutes on two CPU cores, and better than networks four times as wide do in the same time. */
  small: {
    name: 'small',
    // The stem halves the resolution at once: at stride 1 it alone would cost as much as all that follows.
    backbone: { kind: 'residual', channels: [24, 48, 96, 160] },
    // Group norm with groups of 8 needs no second image in the batch, and acts alike in training and use.
    channelsPerGroup: 8,
    pyramidChannels: 48,
    smoothsDeepest: true,
    // Stride 4, not 8: touching cells 8 px apart still fall on different grid cells.
    locations: {
      stride: 4,
      layers: [
        { kernel: 3, channels: 96 },
        { kernel: 3, channels: 96 },
      ],
      normalise: 'before-relu',
    },
    // Masks at stride 2 outline a 32 px cell to about 1 px; the full resolution costs four times as much a cell.
    segmentation: {
      stride: 4,
      layers: 2,
      layerChannels: 32,
      cropChannels: 16,
      upsampleKernel: 4,
      learnedEncodingHidden: 128,
      bump: true,
    },
    auxnet: { input: 'image', channels: 24 },
    cellDiameterPx: 32,
    // Three diameters: room for a cell three times as long as the mean, and for a location off its centre.
    patchPx: 96,
    padTo: 16,
    largestTilePx: 3072,
  },

  /** The published architecture (IEEE-TMI 2023), with instance norm where it had batch norm at batch size 1. */
  paper: {
    name: 'paper',
    backbone: {
      kind: 'resnet50',
      stemChannels: [24, 64],
      stages: [
        { width: 64, blocks: 3 },
        { width: 128, blocks: 4 },
        { width: 256, blocks: 6 },
        { width: 512, blocks: 3 },
      ],
      attentionSqueeze: 16,
    },
    channelsPerGroup: 1,
    pyramidChannels: 256,
    smoothsDeepest: false,
    locations: {
      stride: 8,
      layers: [
        { kernel: 3, channels: 1024 },
        { kernel: 1, channels: 1024 },
      ],
      normalise: 'after-relu',
    },
    segmentation: {
      stride: 2,
      layers: 3,
      layerChannels: 64,
      cropChannels: 16,
      upsampleKernel: 3,
      learnedEncodingHidden: null,
      bump: false,
    },
    auxnet: { input: 'stem', channels: 64 },
    cellDiameterPx: 32,
    patchPx: 96,
    padTo: 16,
    largestTilePx: 768,
  },
};
