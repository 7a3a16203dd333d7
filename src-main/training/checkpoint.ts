import { presetNames } from '../contract/choices.ts';
import { z } from 'zod';
import { LacssError } from '../contract/errors.ts';
import { countSchema, durationMsSchema, realSchema, sumSchema } from '../contract/numbers.ts';
import { weightManifestSchema } from '../contract/model-card.ts';
import { cellSizeSchema, epochReportSchema, trainingSettingsSchema } from '../contract/training.ts';
import { parseToFirstFault } from '../contract/parse-to-first-fault.ts';
import type { OptimizerState } from './train-step.ts';

/** Running sums of the current epoch. */
const epochSumsSchema = z.strictObject({
  steps: countSchema,
  /** Sum and number of steps by loss term. */
  terms: z.record(z.string(), z.strictObject({ sum: sumSchema, count: countSchema })),
  gradientNorm: sumSchema,
  meanAreaPx: sumSchema,
});
export type EpochSums = z.infer<typeof epochSumsSchema>;

const headerSchema = z.strictObject({
  preset: z.enum(presetNames),
  inputChannels: z.int().positive().max(2),
  /** Settings, including the seed of every step's random numbers. */
  settings: trainingSettingsSchema,
  cellSize: cellSizeSchema,
  /** Steps done. */
  step: countSchema,
  elapsedMs: durationMsSchema,
  epochs: z.array(epochReportSchema),
  current: epochSumsSchema,
  /** Epoch and AP50 of the best weights; `null` where no validation has measured an AP50. */
  best: z.strictObject({ epoch: countSchema, score: realSchema }).nullable(),
  weights: weightManifestSchema,
  /** Number of steps of each optimizer. */
  optimizerSteps: z.strictObject({ network: countSchema, auxnet: countSchema }),
});
export type CheckpointHeader = z.infer<typeof headerSchema>;

/** The complete state of a training run, so that it resumes exactly. */
export interface Checkpoint {
  header: CheckpointHeader;
  /** From saveWeights. */
  weights: Uint8Array;
  optimizer: OptimizerState;
  /** The weights of the best epoch; empty if `header.best` is `null`. */
  bestWeights: Uint8Array;
}

const fileSchema = z.strictObject({
  format: z.literal('lacss-checkpoint'),
  version: z.literal(1),
  /** Size of each section in bytes, in order. */
  sections: z.array(z.strictObject({ name: z.string(), byteLength: countSchema })),
  header: headerSchema,
});

/** `LACSSCKP`, the file's first eight bytes. */
const MAGIC = new TextEncoder().encode('LACSSCKP');

/** A checkpoint as one file: magic, length of the JSON (uint32, little-endian), JSON, sections. */
export function encodeCheckpoint({ header, weights, optimizer, bestWeights }: Checkpoint): Uint8Array {
  const sections: [string, Uint8Array][] = [
    ['weights', weights],
    ['network/first', toBytes(optimizer.network.first)],
    ['network/second', toBytes(optimizer.network.second)],
    ['auxnet/first', toBytes(optimizer.auxnet.first)],
    ['auxnet/second', toBytes(optimizer.auxnet.second)],
    ['best-weights', bestWeights],
  ];
  const file: z.infer<typeof fileSchema> = {
    format: 'lacss-checkpoint',
    version: 1,
    sections: sections.map(([name, bytes]) => ({ name, byteLength: bytes.byteLength })),
    header,
  };
  const json = new TextEncoder().encode(JSON.stringify(file));
  const parts = [MAGIC, new Uint8Array(4), json, ...sections.map(([, bytes]) => bytes)];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  new DataView(bytes.buffer).setUint32(MAGIC.byteLength, json.byteLength, true);
  return bytes;
}

/** @throws LacssError `file-damaged` if the bytes are not a complete checkpoint */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  if (bytes.byteLength < 12 || MAGIC.some((byte, i) => bytes[i] !== byte))
    throw damaged('it is not a checkpoint file');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const jsonEnd = 12 + view.getUint32(8, true);
  if (jsonEnd > bytes.byteLength) throw damaged('it ends too early');
  const parsed = parseToFirstFault(fileSchema, parseJson(bytes.subarray(12, jsonEnd)));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw damaged(`${issue?.path.join('.') || 'its header'}: ${issue?.message}`);
  }
  const sections = new Map<string, Uint8Array>();
  let at = jsonEnd;
  for (const { name, byteLength } of parsed.data.sections) {
    sections.set(name, bytes.subarray(at, at + byteLength));
    at += byteLength;
  }
  if (at !== bytes.byteLength) throw damaged(`it has ${bytes.byteLength} of ${at} bytes`);
  const section = (name: string): Uint8Array => {
    const found = sections.get(name);
    if (found === undefined) throw damaged(`it has no ${name}`);
    return found;
  };
  const header = withoutLossChoice(parsed.data.header);
  const optimizer = (part: 'network' | 'auxnet') => ({
    steps: header.optimizerSteps[part],
    first: toFloats(section(`${part}/first`)),
    second: toFloats(section(`${part}/second`)),
  });
  return {
    header,
    weights: section('weights'),
    optimizer: { network: optimizer('network'), auxnet: optimizer('auxnet') },
    bestWeights: section('best-weights'),
  };
}

/** Earlier versions also chose epochs by a loss, which does not rank models. */
function withoutLossChoice(header: CheckpointHeader): CheckpointHeader {
  const chosen = header.epochs.find(({ epoch }) => epoch === header.best?.epoch);
  return chosen?.validation?.measure === 'AP50' ? header : { ...header, best: null };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw damaged('its header cannot be read');
  }
}

/** Float32, little-endian, the byte order of every supported machine. */
function toBytes(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function toFloats(bytes: Uint8Array): Float32Array {
  if (bytes.byteLength % 4 !== 0) throw damaged('a section ends within a number');
  // A Buffer's `slice` would not copy.
  return new Float32Array(new Uint8Array(bytes).buffer);
}

function damaged(what: string): LacssError {
  return new LacssError('file-damaged', `The checkpoint cannot be used: ${what}.`, {
    remedy: 'Start a new training run.',
  });
}
