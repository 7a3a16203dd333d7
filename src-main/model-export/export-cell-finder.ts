import onnxProto, { type onnx } from 'onnx-proto';
import type { SegmentSettings } from '../contract/inference.ts';
import { portProto, type ElementType } from '../engine/onnx/graph-builder.ts';
import { NodeList } from './node-list.ts';

/** The figures and choices of `describeProcessing` that the graph needs. */
export interface FinderParameters {
  minScore: number;
  /** The score of a cell, and which of two cells gets a pixel. */
  ranking: SegmentSettings['ranking'];
  locationStride: number;
  maskStride: number;
  nmsDistancePx: number;
  smallestCell: number;
  targetDiameterPx: number;
  maskThreshold: number;
  stabilityShift: number;
  patchRim: number;
  minVisible: number;
}

/**
 * Extends an exported network to one that finds cells on its own, in operators of the ONNX standard. It
 * proposes locations, suppresses repeated ones, outlines the others, and pastes the masks on a label image.
 *
 * Its inputs are `image` as for the network, and two sizes (height, width), each int64 [2]. `resized` is the
 * size of the resized image before padding. `original` is that of the original image. Its outputs are
 * - `labels` int32 [height, width] at the original size, cells 1 … n in the order of their scores,
 * - `cell_scores` [n], and `cell_locations` [n, 2], (y, x) in original pixels.
 *
 * Cells may still have several pieces and holes, because the graph does not make each cell one piece.
 *
 * @param network of `exportNetwork`
 * @returns an encoded ONNX ModelProto, with the network's weights and texts
 */
export function exportCellFinder(network: Uint8Array, parameters: FinderParameters): Uint8Array {
  const model = onnxProto.onnx.ModelProto.decode(network);
  const graph = model.graph!;
  const { first, second } = divide(graph.node!);
  const before = new NodeList('propose ');
  const proposals = propose(before, parameters);
  const after = new NodeList('paste ');
  pasteCells(after, proposals, parameters);
  const image = graph.input!.find(({ name }) => name === 'image')!;
  return onnxProto.onnx.ModelProto.encode({
    ...model,
    graph: {
      name: 'lacss cells',
      node: [...first, ...before.nodes, ...second, ...after.nodes],
      input: [
        image,
        portProto({ name: 'resized', shape: [2], type: 'int64' }),
        portProto({ name: 'original', shape: [2], type: 'int64' }),
      ],
      output: [
        portProto({ name: 'labels', shape: ['original height', 'original width'], type: 'int32' }),
        portProto({ name: 'cell_scores', shape: ['found'], type: 'float32' }),
        portProto({ name: 'cell_locations', shape: ['found', 2], type: 'float32' }),
      ],
      initializer: [...graph.initializer!, ...before.constants, ...after.constants],
    },
  }).finish();
}

/** The nodes that do not depend on the locations, and those that do, each in their order. */
function divide(nodes: readonly onnx.INodeProto[]): Record<'first' | 'second', onnx.INodeProto[]> {
  const dependent = new Set(['locations']);
  const parts = { first: [] as onnx.INodeProto[], second: [] as onnx.INodeProto[] };
  for (const node of nodes) {
    const waits = node.input!.some((name) => dependent.has(name));
    if (waits) for (const name of node.output!) dependent.add(name);
    parts[waits ? 'second' : 'first'].push(node);
  }
  return parts;
}

/** Names of proposals in the graph: `locations` without the extra one, and their scores. */
interface ProposalNames {
  locations: string;
  scores: string;
}

/**
 * From `scores` and `offsets` to `locations`, highest score first. One location at (0, 0) is added at the
 * end, because the network needs at least one. It gives no cell.
 */
function propose(list: NodeList, parameters: FinderParameters): ProposalNames {
  const { minScore, locationStride, nmsDistancePx, smallestCell, targetDiameterPx } = parameters;
  const flat = list.op('Reshape', ['scores', list.int([-1])]);
  const cells = list.indicesOf(list.op('Greater', [flat, list.float(minScore)]));
  const columns = list.lengthOf('scores', 3);
  const row = list.op('Div', [cells, columns]);
  const column = list.op('Sub', [cells, list.op('Mul', [row, columns])]);
  const first = list.int([0]);
  const grid = list.op(
    'Concat',
    [row, column].map((one) => list.op('Unsqueeze', [one, first])),
    { axis: 0 },
  );
  const centres = list.op('Add', [list.cast(grid, 'float32'), list.float(0.5)]); // [2, cells]
  const offsets = list.op('Gather', [list.op('Reshape', ['offsets', list.int([2, -1])]), cells], { axis: 1 });
  const at = list.op('Mul', [list.op('Add', [centres, offsets]), list.float(locationStride)]);

  const size = list.op('Unsqueeze', [list.cast('resized', 'float32'), list.int([1])]);
  const inside = list.op('And', [
    list.op('GreaterOrEqual', [at, list.float(0)]),
    list.op('Less', [at, size]),
  ]);
  const kept = list.indicesOf(list.op('ReduceMin', [list.cast(inside, 'int32'), first], { keepdims: 0 }));
  const found = list.op('Gather', [list.op('Gather', [flat, cells]), kept]);
  const [scores, order] = list.ops('TopK', [found, list.lengthOf(found, 0)], 2, { axis: 0 }) as [
    string,
    string,
  ];
  const ordered = list.op('Gather', [list.op('Gather', [at, kept], { axis: 1 }), order], { axis: 1 });
  const locations = list.op('Transpose', [ordered], { perm: [1, 0] }); // [proposals, 2]

  const area = list.op('ReduceProd', [list.op('Shape', ['image'], { start: 2, end: 4 })]);
  const perCell = list.float([smallestCell * targetDiameterPx ** 2]);
  const most = list.cast(list.op('Ceil', [list.op('Div', [list.cast(area, 'float32'), perCell])]), 'int64');
  const apart = suppress(list, locations, nmsDistancePx);
  const limited = list.op('Slice', [apart, first, list.op('Reshape', [most, list.int([1])])]);
  const chosen = list.op('Gather', [locations, limited]);
  const extra = list.op('ConstantOfShape', [list.int([1, 2])]);
  list.nodes.push({
    name: 'locations',
    opType: 'Concat',
    input: [chosen, extra],
    output: ['locations'],
    attribute: [{ name: 'axis', type: onnxProto.onnx.AttributeProto.AttributeType.INT, i: 0 }],
  });
  return { locations: chosen, scores: list.op('Gather', [scores, limited]) };
}

/**
 * Indices of the locations that are at least `distancePx` from every location kept before.
 * @param locations [n, 2]
 */
function suppress(list: NodeList, locations: string, distancePx: number): string {
  const body = new NodeList(`${locations} suppress `);
  const [turn, going, keep] = ['turn', 'going', 'keep'].map((name) => `${locations} ${name}`) as [
    string,
    string,
    string,
  ];
  const offset = body.op('Sub', [locations, body.op('Gather', [locations, turn])]);
  const squared = body.op('ReduceSum', [body.op('Mul', [offset, offset]), body.int([1])], { keepdims: 0 });
  const isNear = body.op('Less', [squared, body.float(distancePx ** 2)]);
  const places = body.op('Range', [
    body.int(0),
    body.op('Squeeze', [body.lengthOf(locations, 0)]),
    body.int(1),
  ]);
  const isLater = body.op('Greater', [places, turn]);
  const isKept = body.op('Gather', [keep, turn]);
  const goes = body.op('And', [body.op('And', [isNear, isLater]), isKept]);
  const left = body.op('And', [keep, body.op('Not', [goes])]);
  const graph = bodyGraph(body, {
    name: 'suppress neighbours',
    inputs: [
      [turn, 'int64', []],
      [going, 'bool', []],
      [keep, 'bool', ['proposals']],
    ],
    outputs: [
      [body.op('Identity', [going]), 'bool', []],
      [left, 'bool', ['proposals']],
    ],
  });
  const count = list.lengthOf(locations, 0);
  const all = list.cast(list.op('Expand', [list.int([1]), count]), 'bool');
  const trips = list.op('Squeeze', [count]);
  return list.indicesOf(list.op('Loop', [trips, list.constant('bool', 1), all], { body: { graph } }));
}

type BodyPort = [name: string, type: ElementType, shape: (number | string)[]];

function bodyGraph(
  { nodes, constants }: NodeList,
  { name, inputs, outputs }: { name: string; inputs: BodyPort[]; outputs: BodyPort[] },
): onnx.IGraphProto {
  const port = ([portName, type, shape]: BodyPort): onnx.IValueInfoProto =>
    portProto({ name: portName, type, shape });
  return { name, node: nodes, initializer: constants, input: inputs.map(port), output: outputs.map(port) };
}

/** From `masks` and `origins` to `labels`, `cell_scores` and `cell_locations`. */
function pasteCells(
  list: NodeList,
  proposals: ProposalNames,
  { maskThreshold, stabilityShift, nmsDistancePx, patchRim, ...parameters }: FinderParameters,
): void {
  const threshold = Math.log(maskThreshold / (1 - maskThreshold));
  // Without the added location.
  const own = (name: string): string => list.op('Slice', [name, list.int([0]), list.int([-1])]);
  const bounded = list.op('Clip', [own('masks'), list.float(1e-12), list.float(1 - 1e-7)]);
  const odds = list.op('Div', [bounded, list.op('Sub', [list.float(1), bounded])]);
  const logits = list.op('Log', [odds]); // [n, p, p]
  const countAbove = (level: number): string =>
    list.op(
      'ReduceSum',
      [list.cast(list.op('Greater', [logits, list.float(level)]), 'float32'), list.int([1, 2])],
      { keepdims: 0 },
    );
  const isThere = list.indicesOf(list.op('Greater', [countAbove(threshold), list.float(0)]));
  const there = (name: string): string => list.op('Gather', [name, isThere]);
  const stability = (): string =>
    list.op('Div', [
      there(countAbove(threshold + stabilityShift)),
      there(countAbove(threshold - stabilityShift)),
    ]);
  const proposed = there(proposals.scores);
  const rated = parameters.ranking === 'outline' ? list.op('Mul', [proposed, stability()]) : proposed;
  const [scores, order] = list.ops('TopK', [rated, list.lengthOf(rated, 0)], 2, { axis: 0 }) as [
    string,
    string,
  ];
  const locations = list.op('Gather', [there(proposals.locations), order]);
  const apart = suppress(list, locations, nmsDistancePx);
  const kept = (name: string): string => list.op('Gather', [name, apart]);
  const sorted = (name: string): string => kept(list.op('Gather', [there(name), order]));

  const scales = list.op('Div', [list.cast('resized', 'float32'), list.cast('original', 'float32')]);
  const cells = { logits: sorted(logits), origins: list.cast(sorted(own('origins')), 'int64') };
  const boxes = boxesOf(list, cells.logits, threshold, patchRim);
  const [labels, isPainted] = paste(list, { ...cells, ...boxes, scales }, { threshold, ...parameters });
  const painted = list.indicesOf(isPainted);
  list.named('labels', labels);
  list.named('cell_scores', list.op('Gather', [kept(scores), painted]));
  const place = list.op('Div', [kept(locations), scales]);
  list.named('cell_locations', list.op('Gather', [place, painted]));
}

/**
 * The boxes around the pixels above the threshold, and `rim` pixels more, within the masks.
 * @param logits [n, p, p]
 * @returns first row and column, and those after the last: int64 [n, 2] each
 */
function boxesOf(
  list: NodeList,
  logits: string,
  threshold: number,
  rim: number,
): Record<'starts' | 'ends', string> {
  const isAbove = list.cast(list.op('Greater', [logits, list.float(threshold)]), 'int32');
  const side = list.lengthOf(logits, 1);
  const edges = [2, 1].map((across) => {
    const isUsed = list.op('ReduceMax', [isAbove, list.int([across])], { keepdims: 0 }); // [n, p]
    const [first, last] = [0, 1].map((end) =>
      list.op('ArgMax', [isUsed], { axis: 1, keepdims: 1, select_last_index: end }),
    ) as [string, string];
    return {
      start: list.op('Max', [list.op('Sub', [first, list.int([rim])]), list.int([0])]),
      end: list.op('Min', [list.op('Add', [last, list.int([rim + 1])]), side]),
    };
  });
  return {
    starts: list.op(
      'Concat',
      edges.map(({ start }) => start),
      { axis: 1 },
    ),
    ends: list.op(
      'Concat',
      edges.map(({ end }) => end),
      { axis: 1 },
    ),
  };
}

/**
 * Paints cell after cell on an empty label image of the size `original`.
 * @returns the names of the labels, int32 [height, width], and of which cells were painted, bool [n]
 */
function paste(
  list: NodeList,
  cells: Record<'logits' | 'origins' | 'starts' | 'ends' | 'scales', string>,
  settings: Pick<FinderParameters, 'maskStride' | 'minVisible' | 'ranking'> & { threshold: number },
): [labels: string, isPainted: string] {
  const { threshold, maskStride, minVisible, ranking } = settings;
  const body = new NodeList('paint ');
  const of = (name: string): string => body.op('Gather', [name, 'cell']);
  const [start, end] = [of(cells.starts), of(cells.ends)];
  const begin = body.op('Add', [of(cells.origins), start]);
  const pixelsPerSample = body.op('Div', [body.float(maskStride), cells.scales]);
  const edge = (sample: string): string => {
    const place = body.op('Mul', [body.cast(sample, 'float32'), pixelsPerSample]);
    return body.cast(body.op('Ceil', [body.op('Sub', [place, body.float(0.5)])]), 'int64');
  };
  const first = body.op('Max', [edge(begin), body.int([0])]);
  const after = body.op('Add', [begin, body.op('Sub', [end, start])]);
  const last = body.op('Max', [body.op('Min', [edge(after), 'original']), first]);

  // Bilinear interpolation along both axes as products with matrices of weights.
  const [rows, columns] = [0, 1].map((axis) => {
    const pick = (name: string): string => body.op('Gather', [name, body.int(axis)]);
    const pixels = body.op('Range', [pick(first), pick(last), body.int(1)]);
    const centres = body.op('Add', [body.cast(pixels, 'float32'), body.float(0.5)]);
    const samples = body.op('Sub', [
      body.op('Sub', [body.op('Div', [centres, pick(pixelsPerSample)]), body.float(0.5)]),
      body.cast(pick(of(cells.origins)), 'float32'),
    ]);
    const outermost = body.op('Sub', [body.cast(pick(end), 'float32'), body.float(1)]);
    const inBox = body.op('Min', [body.op('Max', [samples, body.cast(pick(start), 'float32')]), outermost]);
    const side = body.op('Squeeze', [body.lengthOf(cells.logits, 1)]);
    const every = body.cast(body.op('Range', [body.int(0), side, body.int(1)]), 'float32');
    const away = body.op('Abs', [body.op('Sub', [body.op('Unsqueeze', [inBox, body.int([1])]), every])]);
    const weights = body.op('Relu', [body.op('Sub', [body.float(1), away])]); // [pixels, p]
    return { pixels, weights };
  }) as [{ pixels: string; weights: string }, { pixels: string; weights: string }];
  const half = body.op('MatMul', [rows.weights, of(cells.logits)]);
  const turned = body.op('Transpose', [columns.weights], { perm: [1, 0] });
  const margins = body.op('Sub', [body.op('MatMul', [half, turned]), body.float(threshold)]);

  const window = (name: string): string => body.op('Slice', [name, first, last, body.int([0, 1])]);
  const [oldLabels, oldHighest] = [window('labels so far'), window('highest so far')];
  const isCovered = body.op('Greater', [margins, body.float(0)]);
  const isFree = body.op('And', [isCovered, body.op('Equal', [oldLabels, body.constant('int32', 0)])]);
  const count = (mask: string): string => body.op('ReduceSum', [body.cast(mask, 'float32')], { keepdims: 0 });
  const visible = count(isFree);
  const isPainted = body.op('And', [
    body.op('Greater', [visible, body.float(0)]),
    body.op('GreaterOrEqual', [visible, body.op('Mul', [body.float(minVisible), count(isCovered)])]),
  ]);
  const isHigher = body.op('And', [body.op('Greater', [margins, oldHighest]), isPainted]);
  const label = body.op('Add', ['painted so far', body.cast(isPainted, 'int32')]);
  const isOwn = body.op('And', [isHigher, ranking === 'outline' ? isCovered : isFree]);
  const newLabels = body.op('Where', [isOwn, label, oldLabels]);
  const newHighest = body.op('Where', [isHigher, margins, oldHighest]);

  const size = body.op('Shape', [margins]);
  const indices = body.op(
    'Concat',
    [body.op('Unsqueeze', [rows.pixels, body.int([1])]), columns.pixels].map((pixels) =>
      body.op('Unsqueeze', [body.op('Expand', [pixels, size]), body.int([2])]),
    ),
    { axis: 2 },
  );
  const written = (name: string, values: string): string => body.op('ScatterND', [name, indices, values]);
  const whole = ['original height', 'original width'];
  const graph = bodyGraph(body, {
    name: 'paint cells',
    inputs: [
      ['cell', 'int64', []],
      ['painting', 'bool', []],
      ['labels so far', 'int32', whole],
      ['highest so far', 'float32', whole],
      ['painted so far', 'int32', []],
    ],
    outputs: [
      [body.op('Identity', ['painting']), 'bool', []],
      [written('labels so far', newLabels), 'int32', whole],
      [written('highest so far', newHighest), 'float32', whole],
      [label, 'int32', []],
      [isPainted, 'bool', []],
    ],
  });
  const empty = list.op('Expand', [list.constant('int32', 0), 'original']);
  const lowest = list.op('Expand', [list.float(-Infinity), 'original']);
  const trips = list.op('Squeeze', [list.lengthOf(cells.logits, 0)]);
  const [labels, , , flags] = list.ops(
    'Loop',
    [trips, list.constant('bool', 1), empty, lowest, list.constant('int32', 0)],
    4,
    { body: { graph } },
  );
  return [labels!, flags!];
}
