import type { ContourSet } from '../../../src-main/contract/pixels.ts';
import { contourVertices } from '../contour-vertices.ts';
import type { ContourVertices } from '../contour-vertices.ts';
import { medianWidth } from '../from-afar.ts';

/** Number of contour sets on the GPU: the panes of this image and of the next ones. */
const keptSets = 24;
/** Largest distance of a line from a point of its contour, CSS px. It is too small to see. */
const tolerancePx = 0.4;
/** Above this zoom every point is kept. */
const finestOctave = -4;

const hiddenState = 255;
/** Added to the state of a label around which the image is bright. */
export const brightCode = 128;

/** The number of a label's state and background in the texture. */
function codeOf(state: number, isBright: boolean): number {
  return state < brightCode && isBright ? state + brightCode : state;
}
/** Widths of the textures of states and of vertices. Any driver accepts them. */
export const stateRow = 2048;
export const vertexRow = 2048;

/** The rings of a set, in the detail of a zoom, as textures that are read vertex by vertex. */
export interface ContourMesh extends Pick<ContourVertices, 'parts' | 'boxes' | 'ringsOf'> {
  /** y, x, length along the ring, label. */
  vertices: WebGLTexture;
  /** y, x of the first vertex of each vertex's ring. */
  anchors: WebGLTexture;
}

/** A set on the GPU. */
export interface ContourEntry {
  maxLabel: number;
  /** The width of the rings that have half of all outlines, image px. */
  widthPx: number;
  stateTexture: WebGLTexture | null;
  states: Uint8Array | null;
  bright: Uint8Array | null;
  /** All codes of labels, see {@link codeOf}. */
  codes: ReadonlySet<number>;
  /** By octaves of zoom below 100 %; negative above. */
  meshes: Map<number, ContourMesh>;
}

/**
 * Contour sets on the GPU. A set is uploaded when it is first painted. The least recently painted ones are
 * dropped.
 */
export class ContourStore {
  readonly #gl: WebGL2RenderingContext;
  readonly #sets = new Map<ContourSet, ContourEntry>();

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
  }

  entry(set: ContourSet): ContourEntry {
    const entry = this.#sets.get(set) ?? {
      maxLabel: set.ringLabels.reduce((most, label) => Math.max(most, label), 0),
      widthPx: medianWidth(set),
      stateTexture: null,
      states: null,
      bright: null,
      codes: new Set([0]),
      meshes: new Map<number, ContourMesh>(),
    };
    // Used last, dropped last.
    this.#sets.delete(set);
    this.#sets.set(set, entry);
    for (const [old, oldEntry] of this.#sets) {
      if (this.#sets.size <= keptSets) break;
      this.#release(oldEntry);
      this.#sets.delete(old);
    }
    return entry;
  }

  /**
   * The set in the detail of a zoom. When zoomed out, most points are closer together than screen pixels.
   * When zoomed in, most are on straight lines.
   * @param scale device px per image px
   */
  mesh(set: ContourSet, scale: number): ContourMesh {
    const { meshes } = this.entry(set);
    const octave = Math.max(finestOctave, Math.floor(-Math.log2(scale)));
    const known = meshes.get(octave);
    if (known) return known;
    const mesh = this.#upload(set, tolerancePx * 2 ** octave);
    meshes.set(octave, mesh);
    return mesh;
  }

  /**
   * Sets the state of every label, which decides its style, and where the image is bright. Null: the first
   * style for all, and no bright place.
   */
  setStates(entry: ContourEntry, states: Uint8Array | null, bright: Uint8Array | null): void {
    if (entry.states === states && entry.bright === bright) return;
    entry.states = states;
    entry.bright = bright;
    if (!states && !bright) {
      entry.codes = new Set([0]);
      return;
    }
    const codes = Uint8Array.from({ length: entry.maxLabel + 1 }, (_, label) =>
      codeOf(states ? (states[label] ?? hiddenState) : 0, bright?.[label] === 1),
    );
    entry.codes = new Set(codes);
    const gl = this.#gl;
    const rows = Math.floor(entry.maxLabel / stateRow) + 1;
    const texels = new Uint8Array(rows * stateRow).fill(hiddenState);
    texels.set(codes);
    entry.stateTexture ??= gl.createTexture();
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, entry.stateTexture);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8UI, stateRow, rows, 0, gl.RED_INTEGER, gl.UNSIGNED_BYTE, texels);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  }

  dispose(): void {
    for (const entry of this.#sets.values()) this.#release(entry);
    this.#sets.clear();
  }

  #upload(set: ContourSet, tolerance: number): ContourMesh {
    const gl = this.#gl;
    const { vertices, anchors, parts, boxes, ringsOf } = contourVertices(set, tolerance);
    return {
      parts,
      boxes,
      ringsOf,
      vertices: floatTexture(gl, gl.RGBA32F, gl.RGBA, 4, vertices),
      anchors: floatTexture(gl, gl.RG32F, gl.RG, 2, anchors),
    };
  }

  #release({ meshes, stateTexture }: ContourEntry): void {
    const gl = this.#gl;
    for (const { vertices, anchors } of meshes.values()) {
      gl.deleteTexture(vertices);
      gl.deleteTexture(anchors);
    }
    gl.deleteTexture(stateTexture);
  }
}

/** A texture of numbers in rows of {@link vertexRow} texels, read without interpolation. */
function floatTexture(
  gl: WebGL2RenderingContext,
  internalFormat: number,
  format: number,
  floatsPerTexel: number,
  values: Float32Array,
): WebGLTexture {
  const rows = Math.max(1, Math.ceil(values.length / floatsPerTexel / vertexRow));
  const texels = new Float32Array(rows * vertexRow * floatsPerTexel);
  texels.set(values);
  const texture = gl.createTexture();
  gl.activeTexture(gl.TEXTURE0);
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
  gl.texImage2D(gl.TEXTURE_2D, 0, internalFormat, vertexRow, rows, 0, format, gl.FLOAT, texels);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  return texture;
}
