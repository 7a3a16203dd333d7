import type { ForegroundUse, MethodName, PresetName } from '../contract/choices.ts';
import type { NetworkVariant } from '../contract/network-variant.ts';

/** Residual blocks at strides 2, 4, 8 and 16, with these numbers of channels. */
export interface ResidualBackbonePreset {
  kind: 'residual';
  channels: readonly [number, number, number, number];
}

/** ResNet-50 bottlenecks with channel attention at strides 2, 4, 8 and 16, after a stem at stride 1. */
export interface Resnet50BackbonePreset {
  kind: 'resnet50';
  stemChannels: readonly [number, number];
  /** Bottleneck width and number of blocks per stage; a stage outputs four times its width. */
  stages: readonly { width: number; blocks: number }[];
  /** Size of the attention's hidden layer as a fraction of the channels. */
  attentionSqueeze: number;
}

/** A convolution of the location proposal network. */
interface ScoreLayer {
  kernel: 1 | 3;
  channels: number;
}

export interface Preset {
  name: PresetName;
  /** How the network is trained and used. */
  method: MethodName;
  backbone: ResidualBackbonePreset | Resnet50BackbonePreset;
  /** Channels that share one mean and variance in group norm; 1 is instance norm. */
  channelsPerGroup: number;
  pyramidChannels: number;
  /** Whether the pyramid's deepest level, which has no level below, is convolved too. */
  smoothsDeepest: boolean;
  locations: {
    /** Image pixels per cell of the score map. */
    stride: 4 | 8;
    layers: readonly ScoreLayer[];
    /** One more layer if a variant sets the stride to 4; `null` for none. */
    extraLayerAtStride4: ScoreLayer | null;
    normalise: 'before-relu' | 'after-relu';
  };
  segmentation: {
    /** Image pixels per pixel of the map that crops are cut from. A mask has twice that resolution. */
    stride: 2 | 4;
    layers: number;
    layerChannels: number;
    /** Channels of a crop. Few, because there is one crop per cell. */
    cropChannels: number;
    /** Kernel of the transposed convolution that doubles a crop's resolution. */
    upsampleKernel: 3 | 4;
    /**
     * Size of the hidden layer that encodes a cell from the feature at its location; `null` for no encoding.
     */
    learnedEncodingHidden: number | null;
    /** Whether every mask starts as a disk around its location. */
    bump: boolean;
  };
  auxnet: { input: 'image'; channels: number } | { input: 'stem'; channels: number };
  /** With `none` the network has a foreground net, for training only. */
  foreground: ForegroundUse;
  /** Mean cell diameter in pixels of the rescaled image. */
  cellDiameterPx: number;
  /**
   * Width of the square patch around a location, in pixels of the rescaled image. A mask cannot be larger.
   */
  patchPx: number;
  /** Height and width of an image must be multiples of this: the largest stride. */
  padTo: number;
  /** Largest height and width of a tile that needs no more than about 2 GB. */
  largestTilePx: number;
}

/**
 * The available networks. A preset fixes the architecture and the cell size in the rescaled image. Anything
 * that may differ between two training runs of one architecture is a training setting instead.
 */
export const presets: Readonly<Record<PresetName, Preset>> = {
  /** Small enough for tests: every part of `small`, once. */
  tiny: {
    name: 'tiny',
    method: 'improved',
    backbone: { kind: 'residual', channels: [8, 8, 16, 16] },
    channelsPerGroup: 8,
    pyramidChannels: 8,
    smoothsDeepest: true,
    locations: {
      stride: 4,
      layers: [{ kernel: 3, channels: 8 }],
      extraLayerAtStride4: null,
      normalise: 'before-relu',
    },
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
    foreground: 'picked',
    cellDiameterPx: 16,
    patchPx: 48,
    padTo: 16,
    largestTilePx: 3072,
  },

  /** Trains in minutes on two CPU cores. In that time it beats networks four times as wide. */
  small: {
    name: 'small',
    method: 'improved',
    // The stem halves the resolution: at stride 1 it alone would cost as much as all later layers.
    backbone: { kind: 'residual', channels: [24, 48, 96, 160] },
    // Group norm with groups of 8 needs no second image per batch, and is equal in training and inference.
    channelsPerGroup: 8,
    pyramidChannels: 48,
    smoothsDeepest: true,
    // Stride 4, not 8: touching cells 8 px apart then still fall on different grid cells.
    locations: {
      stride: 4,
      layers: [
        { kernel: 3, channels: 96 },
        { kernel: 3, channels: 96 },
      ],
      extraLayerAtStride4: null,
      normalise: 'before-relu',
    },
    // Masks at stride 2 outline a 32 px cell to about 1 px. Full resolution costs four times as much per
    // cell.
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
    foreground: 'picked',
    cellDiameterPx: 32,
    // Three diameters: enough for a cell three times as long as the mean, or for a location off its centre.
    patchPx: 96,
    padTo: 16,
    largestTilePx: 3072,
  },

  /** The published architecture (IEEE-TMI 2023). Instance norm replaces batch norm at batch size 1. */
  paper: {
    name: 'paper',
    method: 'improved',
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
      // At the paper's level 2 the second layer comes twice (authors' implementation of July 2022).
      extraLayerAtStride4: { kernel: 1, channels: 1024 },
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
    foreground: 'picked',
    cellDiameterPx: 32,
    patchPx: 96,
    padTo: 16,
    largestTilePx: 768,
  },
};

/** A preset with the choices of a variant. */
export function presetOf(name: PresetName, variant: NetworkVariant = {}): Preset {
  const preset = presets[name];
  const { method = preset.method, patchPx = preset.patchPx, foreground = preset.foreground } = variant;
  const { layers, extraLayerAtStride4: extra, stride: usualStride } = preset.locations;
  const { locationStride: stride = usualStride } = variant;
  const locations = {
    ...preset.locations,
    stride,
    layers: extra !== null && stride === 4 ? [...layers, extra] : layers,
  };
  return { ...preset, method, patchPx, locations, foreground };
}
