import type { ModelCard } from '../contract/model-card.ts';
import { OPSET } from '../engine/onnx/graph-builder.ts';
import type { Preset } from '../model/presets.ts';
import type { OutputName } from './trace-network.ts';
import type { YamlValue } from './write-yaml.ts';

/** Version of bioimage.io's model description. */
const FORMAT_VERSION = '0.5.12';

/** A person's additions to a description. */
export interface Attribution {
  /** Names of the model's authors. */
  authors: readonly string[];
  /** SPDX identifier; null if unknown. */
  licence: string | null;
}

/** A file beside the description. */
export interface DescribedFile {
  source: string;
  sha256: string;
}

export type TensorName = 'image' | 'locations' | OutputName;

export interface DescriptionParts extends Attribution {
  card: ModelCard;
  preset: Preset;
  patchSize: number;
  /** ISO 8601. */
  at: string;
  weights: DescribedFile;
  documentation: DescribedFile;
  /** The network with the steps after it. */
  finder: DescribedFile;
  testTensors: Readonly<Record<TensorName, DescribedFile>>;
}

/**
 * The description of an exported model for bioimage.io (rdf.yaml):
 * https://github.com/bioimage-io/spec-bioimage-io. Clipping and standardising are described as steps that its
 * programs run themselves. Resizing is not among the steps it supports.
 */
export function resourceDescription(parts: DescriptionParts): YamlValue {
  const { card, authors, licence, at, weights, documentation, finder } = parts;
  return {
    format_version: FORMAT_VERSION,
    type: 'model',
    name: nameOf(card),
    description: `Finds and outlines cells: a network with the preset ${card.preset}, trained with LACSS Studio.`,
    authors: authors.length === 0 ? undefined : authors.map((name) => ({ name })),
    license: licence ?? undefined,
    cite: [
      {
        text: 'P. Shrestha, N. Kuang, J. Yu: Efficient end-to-end learning for cell segmentation with machine generated incomplete annotations. Communications Biology 6, 232 (2023)',
        doi: '10.1038/s42003-023-04608-5',
      },
    ],
    tags: ['cell-segmentation', 'instance-segmentation', 'lacss', '2d'],
    timestamp: at,
    documentation: { ...documentation },
    attachments: [{ ...finder }],
    inputs: inputs(parts),
    outputs: outputs(parts),
    weights: { onnx: { ...weights, opset_version: OPSET } },
  };
}

/** Length limits of names in bioimage.io. */
const nameLengths = { least: 5, most: 128 };

/** The card's name, in the allowed characters and length. */
function nameOf({ name: own }: ModelCard): string {
  const allowed = own.replace(/[^\p{L}\p{N}_()-]+/gu, ' ').trim();
  const name = allowed.length < nameLengths.least ? `LACSS model ${allowed}` : allowed;
  return [...name].slice(0, nameLengths.most).join('').trim();
}

function inputs({ card, preset, testTensors }: DescriptionParts): YamlValue {
  const { low, high } = card.preprocessing.clipPercentiles;
  const side = { min: 2 * preset.padTo, step: preset.padTo };
  return [
    {
      id: 'image',
      description: `Resized so that a mean cell is ${card.preprocessing.targetDiameterPx} px wide`,
      axes: [
        { type: 'batch', size: 1 },
        {
          type: 'channel',
          channel_names: card.inputChannels.map(({ name, role }) => identifier(name, role)),
        },
        { type: 'space', id: 'y', size: side },
        { type: 'space', id: 'x', size: side },
      ],
      data: { type: 'float32' },
      preprocessing: [
        { id: 'clip', kwargs: { min_percentile: low, max_percentile: high, axes: ['y', 'x'] } },
        { id: 'zero_mean_unit_variance', kwargs: { axes: ['y', 'x'] } },
      ],
      test_tensor: { ...testTensors.image },
    },
    {
      id: 'locations',
      description: 'One point per cell in pixels of the image; from scores and offsets, or marked by hand',
      axes: [
        { type: 'index', size: { min: 1, step: 1 } },
        { type: 'channel', channel_names: ['y', 'x'] },
      ],
      data: { type: 'float32' },
      test_tensor: { ...testTensors.locations },
    },
  ];
}

function outputs({ preset, patchSize, testTensors }: DescriptionParts): YamlValue {
  const grid = (id: string): YamlValue => ({
    type: 'space',
    id,
    size: { tensor_id: 'image', axis_id: id },
    scale: preset.locations.stride,
  });
  const eachCell = { type: 'index', size: { tensor_id: 'locations', axis_id: 'index' } };
  return [
    {
      id: 'scores',
      description: 'Probability that a cell’s location is near the centre of a grid cell',
      axes: [{ type: 'batch', size: 1 }, { type: 'channel', channel_names: ['score'] }, grid('y'), grid('x')],
      data: { type: 'float32' },
      test_tensor: { ...testTensors.scores },
    },
    {
      id: 'offsets',
      description: 'From a grid cell’s centre to that location, in grid cells',
      axes: [
        { type: 'batch', size: 1 },
        { type: 'channel', channel_names: ['dy', 'dx'] },
        grid('y'),
        grid('x'),
      ],
      data: { type: 'float32' },
      test_tensor: { ...testTensors.offsets },
    },
    {
      id: 'masks',
      description: 'Probability that a pixel of the patch around a location belongs to its cell',
      axes: [
        eachCell,
        { type: 'space', id: 'y', size: patchSize },
        { type: 'space', id: 'x', size: patchSize },
      ],
      data: { type: 'float32' },
      test_tensor: { ...testTensors.masks },
    },
    {
      id: 'origins',
      description: 'First pixel of each patch, in mask pixels',
      axes: [eachCell, { type: 'channel', channel_names: ['y', 'x'] }],
      data: { type: 'int32' },
      test_tensor: { ...testTensors.origins },
    },
  ];
}

/** A channel's name as an identifier; its role if no character is left. */
function identifier(name: string, role: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return /^[a-z]/.test(plain) ? plain : `${role}${plain === '' ? '' : `_${plain}`}`;
}
