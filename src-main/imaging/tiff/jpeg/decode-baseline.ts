import { BitReader, buildHuffmanTable, type HuffmanTable } from './huffman.ts';
import { inverseDct } from './inverse-dct.ts';
import { upsample, type Samples } from './upsample.ts';

/** Where the coefficients of a block stand, in the order they are stored. */
const zigzag = Uint8Array.of(
  ...[0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48],
  ...[41, 34, 27, 20, 13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23],
  ...[30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63],
);

interface Tables {
  quantisation: Uint16Array[];
  dc: HuffmanTable[];
  ac: HuffmanTable[];
  restartInterval: number;
}

interface Component {
  id: number;
  across: number;
  down: number;
  quantisation: number;
  samples: Samples;
}

interface Frame {
  height: number;
  width: number;
  /** The finest sampling of all components. */
  across: number;
  down: number;
  components: Component[];
}

/**
 * Decodes a JPEG of Huffman-coded, sequential scans and 8 bits a sample (ITU-T T.81, 1992), to exactly the numbers that libjpeg gives.
 * Data that end early are an error, never grey.
 *
 * @param parts the JPEG, after a stream of tables that it shares with others, if any.
 * @returns height × width × components bytes, in the colours they are stored in.
 * @throws RangeError where the data are broken or end early.
 */
export function decodeBaselineJpeg(parts: readonly Uint8Array[]): Uint8Array {
  const tables: Tables = { quantisation: [], dc: [], ac: [], restartInterval: 0 };
  let frame: Frame | null = null;
  const done = new Set<Component>();
  for (const bytes of parts) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 2; at + 4 <= bytes.length;) {
      if (bytes[at] !== 0xff || bytes[at + 1] === 0xff || bytes[at + 1] === 0) {
        at++;
        continue;
      }
      const marker = bytes[at + 1]!;
      if (marker === 0xd9) break;
      if (marker >= 0xd0 && marker <= 0xd8) {
        at += 2;
        continue;
      }
      const end = at + 2 + view.getUint16(at + 2);
      if (end > bytes.length) throw new RangeError('the JPEG ends within its header');
      const segment = new DataView(bytes.buffer, bytes.byteOffset + at + 4, end - at - 4);
      if (marker === 0xdb) readQuantisation(segment, tables);
      else if (marker === 0xc4) readHuffman(segment, tables);
      else if (marker === 0xdd) tables.restartInterval = segment.getUint16(0);
      else if (marker === 0xc0 || marker === 0xc1) frame = readFrame(segment);
      else if (marker === 0xda) {
        if (frame === null) throw new RangeError('a scan without a frame');
        for (const component of decodeScan(segment, bytes, end, frame, tables)) done.add(component);
      }
      at = end;
    }
  }
  if (frame === null || done.size < frame.components.length)
    throw new RangeError('not all samples are there');
  return interleave(frame);
}

function readQuantisation(segment: DataView, tables: Tables): void {
  for (let at = 0; at < segment.byteLength;) {
    const info = segment.getUint8(at++);
    const table = new Uint16Array(64);
    for (let k = 0; k < 64; k++) {
      table[zigzag[k]!] = info >> 4 ? segment.getUint16(at) : segment.getUint8(at);
      at += info >> 4 ? 2 : 1;
    }
    tables.quantisation[info & 15] = table;
  }
}

function readHuffman(segment: DataView, tables: Tables): void {
  const bytes = new Uint8Array(segment.buffer, segment.byteOffset, segment.byteLength);
  for (let at = 0; at + 17 <= bytes.length;) {
    const info = bytes[at]!;
    const counts = bytes.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    (info >> 4 ? tables.ac : tables.dc)[info & 15] = buildHuffmanTable(
      counts,
      bytes.slice(at + 17, at + 17 + total),
    );
    at += 17 + total;
  }
}

function readFrame(segment: DataView): Frame {
  const height = segment.getUint16(1);
  const width = segment.getUint16(3);
  const described = Array.from({ length: segment.getUint8(5) }, (_, i) => ({
    id: segment.getUint8(6 + 3 * i),
    across: segment.getUint8(7 + 3 * i) >> 4,
    down: segment.getUint8(7 + 3 * i) & 15,
    quantisation: segment.getUint8(8 + 3 * i),
  }));
  const across = Math.max(...described.map((component) => component.across));
  const down = Math.max(...described.map((component) => component.down));
  if (
    described.some(
      (component) => component.across < 1 || component.down < 1 || component.across > 4 || component.down > 4,
    )
  ) {
    throw new RangeError('an impossible sampling');
  }
  const unitsAcross = Math.ceil(width / (8 * across));
  const unitsDown = Math.ceil(height / (8 * down));
  const components = described.map((component): Component => {
    const stride = 8 * unitsAcross * component.across;
    return {
      ...component,
      samples: {
        data: new Uint8ClampedArray(stride * 8 * unitsDown * component.down),
        stride,
        height: Math.ceil((height * component.down) / down),
        width: Math.ceil((width * component.across) / across),
      },
    };
  });
  return { height, width, across, down, components };
}

/** Decodes the scan whose header is `header` and whose data begin at `start`; tells the components it held. */
function decodeScan(
  header: DataView,
  bytes: Uint8Array,
  start: number,
  frame: Frame,
  tables: Tables,
): Component[] {
  const scanned = Array.from({ length: header.getUint8(0) }, (_, i) => {
    const component = frame.components.find(({ id }) => id === header.getUint8(1 + 2 * i));
    const info = header.getUint8(2 + 2 * i);
    const dc = tables.dc[info >> 4];
    const ac = tables.ac[info & 15];
    const quantisation = component && tables.quantisation[component.quantisation];
    if (component === undefined || dc === undefined || ac === undefined || quantisation === undefined) {
      throw new RangeError('a scan whose component or tables are missing');
    }
    return { component, dc, ac, quantisation, previous: 0 };
  });
  const reader = new BitReader(bytes, start);
  const block = new Int32Array(64);
  const decodeBlock = (scan: (typeof scanned)[number], y: number, x: number): void => {
    block.fill(0);
    scan.previous += reader.signed(reader.symbol(scan.dc) & 15);
    block[0] = scan.previous * scan.quantisation[0]!;
    for (let k = 1; k < 64; k++) {
      const symbol = reader.symbol(scan.ac);
      const size = symbol & 15;
      if (size === 0) {
        if (symbol !== 0xf0) break;
        k += 15;
        continue;
      }
      k += symbol >> 4;
      if (k > 63) throw new RangeError('a block with too many coefficients');
      const place = zigzag[k]!;
      block[place] = reader.signed(size) * scan.quantisation[place]!;
    }
    const { data, stride } = scan.component.samples;
    inverseDct(block, data, 8 * (y * stride + x), stride);
  };

  // A single component is stored block by block, several in units that hold the same region of each.
  const [single] = scanned;
  const alone = scanned.length === 1;
  const unitsAcross = alone
    ? Math.ceil(single!.component.samples.width / 8)
    : Math.ceil(frame.width / (8 * frame.across));
  const unitsDown = alone
    ? Math.ceil(single!.component.samples.height / 8)
    : Math.ceil(frame.height / (8 * frame.down));
  for (let unit = 0; unit < unitsAcross * unitsDown; unit++) {
    if (tables.restartInterval > 0 && unit > 0 && unit % tables.restartInterval === 0) {
      reader.restart();
      for (const scan of scanned) scan.previous = 0;
    }
    const column = unit % unitsAcross;
    const row = (unit - column) / unitsAcross;
    if (alone) {
      decodeBlock(single!, row, column);
      continue;
    }
    for (const scan of scanned) {
      const { across, down } = scan.component;
      for (let y = 0; y < down; y++) {
        for (let x = 0; x < across; x++) decodeBlock(scan, row * down + y, column * across + x);
      }
    }
  }
  return scanned.map(({ component }) => component);
}

function interleave({ height, width, across, down, components }: Frame): Uint8Array {
  const count = components.length;
  const out = new Uint8Array(height * width * count);
  components.forEach((component, c) => {
    const full = upsample(component.samples, across / component.across, down / component.down, height, width);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) out[(y * width + x) * count + c] = full.data[y * full.stride + x]!;
    }
  });
  return out;
}
