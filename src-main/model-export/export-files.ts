import type { ModelCard } from '../contract/model-card.ts';
import type { LacssModel } from '../model/create-model.ts';
import { sha256 } from '../model/weights.ts';
import { describeProcessing, type Processing } from './describe-processing.ts';
import { exampleRun } from './example-run.ts';
import { exportCellFinder } from './export-cell-finder.ts';
import { exportNetwork, patchSizeOf } from './export-network.ts';
import {
  resourceDescription,
  type Attribution,
  type DescribedFile,
  type TensorName,
} from './resource-description.ts';
import { writeNpy } from './write-npy.ts';
import { writeYaml } from './write-yaml.ts';

export interface ModelExportOptions extends Attribution {
  /** ISO 8601. */
  at: string;
}

/** Names of the files. */
const names = {
  network: 'model.onnx',
  finder: 'cells.onnx',
  description: 'rdf.yaml',
  documentation: 'README.md',
} as const;

/**
 * Everything that another program needs to use a model. It has the network as ONNX, its description for
 * bioimage.io, a text description, and an example with the network's output. The onnx engine must be active.
 * @returns contents by file name, for one folder
 */
export async function exportFiles(
  model: LacssModel,
  card: ModelCard,
  { authors, licence, at }: ModelExportOptions,
): Promise<Map<string, Uint8Array>> {
  const processing = describeProcessing(card, model.preset);
  const files = new Map<string, Uint8Array>();
  const add = async (source: string, content: Uint8Array | string): Promise<DescribedFile> => {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    files.set(source, bytes);
    return { source, sha256: await sha256(bytes) };
  };

  const network = exportNetwork(model, metadataOf(card, processing, licence));
  const weights = await add(names.network, network);
  const finder = await add(names.finder, exportCellFinder(network, processing.parameters));
  const testTensors: Partial<Record<TensorName, DescribedFile>> = {};
  for (const [name, { data, shape }] of Object.entries(await exampleRun(model))) {
    testTensors[name as TensorName] = await add(`example-${name}.npy`, writeNpy(data, shape));
  }
  const documentation = await add(names.documentation, documentationOf(card, processing));
  const description = resourceDescription({
    card,
    preset: model.preset,
    patchSize: patchSizeOf(model),
    authors,
    licence,
    at,
    weights,
    documentation,
    finder,
    testTensors: testTensors as Record<TensorName, DescribedFile>,
  });
  await add(names.description, writeYaml(description));
  return files;
}

/** The metadata inside the ONNX file. */
function metadataOf(
  card: ModelCard,
  { before, after, parameters }: Processing,
  licence: string | null,
): Record<string, string> {
  return {
    name: card.name,
    created: card.createdAt,
    preset: card.preset,
    channels: card.inputChannels.map(({ name }) => name).join(', '),
    weights_sha256: card.weights.sha256,
    preprocessing: before.join('\n'),
    postprocessing: after.join('\n'),
    parameters: JSON.stringify(parameters),
    ...(licence === null ? {} : { licence }),
  };
}

function documentationOf(card: ModelCard, { before, after }: Processing): string {
  const numbered = (lines: readonly string[]): string =>
    lines.map((line, i) => `${i + 1}. ${line}`).join('\n');
  const channels = card.inputChannels.map(({ name }) => name).join(', ');
  return `# ${card.name}

Finds and outlines cells in images. Trained with LACSS Studio, which implements P. Shrestha, N. Kuang, J. Yu:
Efficient end-to-end learning for cell segmentation with machine generated incomplete annotations. Communications Biology 6,
232 (2023), https://doi.org/10.1038/s42003-023-04608-5.

Channels: ${channels}.${trainingText(card)}

## Before the network

${numbered(before)}

## After the network

${numbered(after)}

## Two files

\`${names.network}\` is the network. \`${names.finder}\` also contains steps 1 to 7 after the network: it gives the cells,
each maybe in several pieces. Steps 8 to ${after.length} remain. Its inputs are \`image\` as for the network, and \`resized\` and
\`original\`, int64 [2]: height and width after step 2 before the network, and those of the original image. Its outputs are
\`labels\`, int32 at the original size, \`cell_scores\`, and \`cell_locations\`, (y, x) in original pixels.

## Validation

The files \`example-*.npy\` hold an image, three locations, and the network's output for them. The image needs no resizing,
but it is not clipped and standardised yet.
`;
}

function trainingText({ training }: ModelCard): string {
  if (training === null) return ' The weights are random: the model was never trained.';
  const images = training.images.length === 1 ? '1 image' : `${training.images.length} images`;
  return ` Trained on ${images} in ${training.steps} steps.`;
}
