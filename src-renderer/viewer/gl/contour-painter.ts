import { float32At } from '../../../src-main/contract/elements.ts';
import type { Box } from '../../../src-main/contract/pixels.ts';
import { floatsPerVertex, visibleRanges, visibleSegments } from '../contour-vertices.ts';
import type { SegmentRange, VertexRange } from '../contour-vertices.ts';
import type { Rgb } from '../colour.ts';
import { lookFromAfar } from '../from-afar.ts';
import type { ContourOverlay, ContourStyle } from '../scene.ts';
import { ContourStore, brightCode, stateRow, vertexRow } from './contour-store.ts';
import type { ContourEntry, ContourMesh } from './contour-store.ts';
import { placeGlsl, setPaneView } from './pane-view.ts';
import type { PanePart } from './moved-view.ts';
import type { PaneView } from './pane-view.ts';
import { linkProgram } from './link-program.ts';
import type { Program } from './link-program.ts';

const maxStyles = 8;
const darkHalo: Rgb = [0, 0, 0];
const lightHalo: Rgb = [1, 1, 1];
/** How far the halo reaches beyond each side of the line, CSS px. */
const haloPx = 2.5;
/** Margin around a view, CSS px, because a line has a width. */
const reachPx = 8;
/** The labels to paint, if it is not a single one. */
const allLabels = -1;
const plainLabels = -2;
const markedLabels = -3;

/**
 * Vertices are read from a texture, six or three per segment, not as instances of four. A driver that draws
 * in software handles every instance as a separate draw.
 */
const ringGlsl = `
uniform highp sampler2D ring;
ivec2 texelOf(int i) {
  return ivec2(i % ${vertexRow}, i / ${vertexRow});
}
vec4 vertexAt(int i) { // y, x, length along the ring, label
  return texelFetch(ring, texelOf(i), 0);
}
`;

const stateGlsl = `
uniform highp usampler2D states;
uniform bool hasStates;
uint codeOf(float label) {
  int place = int(label + 0.5);
  return hasStates ? texelFetch(states, ivec2(place % ${stateRow}, place / ${stateRow}), 0).r : 0u;
}
`;

const lineVertex = `#version 300 es
precision highp float;
precision highp int;
${placeGlsl}
${ringGlsl}
${stateGlsl}
uniform vec4 colours[${2 * maxStyles}]; // and those where the image is bright
uniform vec2 shapes[${maxStyles}]; // width in CSS px, 1 if dashed
uniform float feather;             // CSS px
uniform float halo;                // reach beyond each side of the line, CSS px; 0 paints the line
uniform vec3 haloColours[2];       // and where the image is bright
uniform float only;                // this label alone; -1 for all, -2 for those in state 0, -3 for all others
flat out vec4 paint;
flat out vec2 shape;
out float across;
out float along;
const int corners[6] = int[6](0, 1, 2, 2, 1, 3);
void main() {
  vec4 begin = vertexAt(gl_VertexID / 6);
  vec4 end = vertexAt(gl_VertexID / 6 + 1);
  int corner = corners[gl_VertexID % 6];
  uint code = codeOf(begin.w);
  uint state = code % ${brightCode}u;
  int bright = code < ${brightCode}u ? 0 : 1;
  gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
  if (end.z <= 0.0 || state >= ${maxStyles}u || (only >= 0.0 && begin.w != only)) return;
  if ((only == -2.0 && state > 0u) || (only == -3.0 && state == 0u)) return;
  vec4 line = colours[int(state) + bright * ${maxStyles}];
  paint = halo > 0.0 ? vec4(haloColours[bright], 0.55 * line.a) : line;
  shape = shapes[state];
  vec2 from = toPane(begin.xy);
  vec2 to = toPane(end.xy);
  float reach = length(to - from);
  vec2 ahead = reach > 0.0 ? (to - from) / reach : vec2(1.0, 0.0);
  float side = float(corner & 1) * 2.0 - 1.0;
  float tip = float(corner >> 1);
  across = side * (0.5 * shape.x + feather + halo);
  float overlap = (tip * 2.0 - 1.0) * 0.25 * shape.x;
  along = begin.z * centreAndScale.z + tip * reach + overlap;
  gl_Position = toClip(mix(from, to, tip) + vec2(-ahead.y, ahead.x) * across + ahead * overlap);
}`;

const lineFragment = `#version 300 es
precision highp float;
uniform float feather;
uniform float halo;
flat in vec4 paint;
flat in vec2 shape;
in float across;
in float along;
out vec4 colour;
void main() {
  if (shape.y > 0.5 && mod(along, 8.0) > 4.5) discard;
  float edge = 0.5 * shape.x;
  float cover = 1.0 - smoothstep(edge - 0.5 * feather, edge + feather + halo, abs(across));
  colour = vec4(paint.rgb, paint.a * cover);
}`;

const fanVertex = `#version 300 es
precision highp float;
precision highp int;
${placeGlsl}
${ringGlsl}
${stateGlsl}
uniform highp sampler2D anchors;
uniform uint wanted;
void main() {
  int segment = gl_VertexID / 3;
  int corner = gl_VertexID % 3;
  vec4 begin = vertexAt(segment);
  vec4 end = vertexAt(segment + 1);
  gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
  if (end.z <= 0.0 || codeOf(begin.w) != wanted) return;
  vec2 anchor = texelFetch(anchors, texelOf(segment), 0).xy;
  gl_Position = toClip(toPane(corner == 0 ? anchor : corner == 1 ? begin.xy : end.xy));
}`;

const strokeVertex = `#version 300 es
precision highp float;
in vec4 begin; // y, x
in vec4 end;
${placeGlsl}
uniform float radius; // image px
out vec2 place;
flat out vec2 from;
flat out vec2 to;
void main() {
  from = toPane(begin.xy);
  to = toPane(end.xy);
  float reach = length(to - from);
  vec2 ahead = reach > 0.0 ? (to - from) / reach : vec2(1.0, 0.0);
  float size = radius * centreAndScale.z;
  float side = float(gl_VertexID & 1) * 2.0 - 1.0;
  float tip = float(gl_VertexID >> 1);
  place = mix(from, to, tip) + vec2(-ahead.y, ahead.x) * side * size + ahead * (tip * 2.0 - 1.0) * size;
  gl_Position = toClip(place);
}`;

const strokeFragment = `#version 300 es
precision highp float;
${'uniform vec3 centreAndScale;'}
uniform float radius;
in vec2 place;
flat in vec2 from;
flat in vec2 to;
out vec4 colour;
void main() {
  vec2 way = to - from;
  float t = clamp(dot(place - from, way) / max(dot(way, way), 1e-6), 0.0, 1.0);
  if (distance(place, from + t * way) > radius * centreAndScale.z) discard;
  colour = vec4(1.0);
}`;

const coverVertex = `#version 300 es
void main() {
  gl_Position = vec4(float(gl_VertexID & 1) * 2.0 - 1.0, float(gl_VertexID >> 1) * 2.0 - 1.0, 0.0, 1.0);
}`;

const coverFragment = `#version 300 es
precision highp float;
uniform vec4 paint;
out vec4 colour;
void main() { colour = paint; }`;

/**
 * Paints contours as lines of one width at any zoom, and fills them. The cost grows with the visible
 * contours, not with the number of cells.
 */
export class ContourPainter {
  readonly #gl: WebGL2RenderingContext;
  readonly #line: Program;
  readonly #fan: Program;
  readonly #stroke: Program;
  readonly #cover: Program;
  readonly #store: ContourStore;
  readonly #strokeBuffer: WebGLBuffer;
  readonly #strokeArray: WebGLVertexArrayObject;
  readonly #empty: WebGLVertexArrayObject;

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#store = new ContourStore(gl);
    this.#line = linkProgram(gl, lineVertex, lineFragment, []);
    this.#fan = linkProgram(gl, fanVertex, coverFragment, []);
    this.#stroke = linkProgram(gl, strokeVertex, strokeFragment, ['begin', 'end']);
    this.#cover = linkProgram(gl, coverVertex, coverFragment, []);
    this.#empty = gl.createVertexArray();
    this.#strokeBuffer = gl.createBuffer();
    this.#strokeArray = gl.createVertexArray();
    gl.bindVertexArray(this.#strokeArray);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#strokeBuffer);
    // An instance is a vertex and the one after it, read from one buffer.
    const stride = floatsPerVertex * 4;
    for (const place of [0, 1]) {
      gl.enableVertexAttribArray(place);
      gl.vertexAttribPointer(place, 4, gl.FLOAT, false, stride, place * stride);
      gl.vertexAttribDivisor(place, 1);
    }
    gl.bindVertexArray(null);
  }

  /** @param part of the pane that is painted; `null`: all of it */
  paint(view: PaneView, overlay: ContourOverlay, part: PanePart | null): void {
    const mesh = this.#store.mesh(overlay.set, view.scale * view.ratio);
    const box = boxOf(view, part);
    const ranges = visibleRanges(mesh.parts, box);
    if (ranges.length === 0) return;
    const entry = this.#store.entry(overlay.set);
    this.#store.setStates(entry, overlay.states ?? null, overlay.bright ?? null);
    const afar = lookFromAfar(entry.widthPx * view.scale);
    const fill = Math.max(overlay.fillOpacity, overlay.outline ? afar.fill : 0);
    if (fill > 0) this.#fill(view, { ...overlay, fillOpacity: fill }, entry, mesh, ranges);
    if (overlay.outline) {
      this.#outline(view, overlay, entry, mesh, visibleSegments(mesh.boxes, box), afar.lines);
    }
  }

  /** Paints a stroke of the brush as it grows: a disk drawn along a path [y, x]. */
  paintStroke(view: PaneView, path: Float32Array, radiusPx: number, style: ContourStyle): void {
    const gl = this.#gl;
    const points = path.length / 2;
    if (points === 0) return;
    // One point alone is a segment of no length.
    const vertices = new Float32Array(Math.max(points, 2) * floatsPerVertex);
    for (let i = 0; i < vertices.length / floatsPerVertex; i++) {
      const from = Math.min(i, points - 1);
      vertices[i * floatsPerVertex] = float32At(path, 2 * from);
      vertices[i * floatsPerVertex + 1] = float32At(path, 2 * from + 1);
    }
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#strokeBuffer);
    gl.bufferData(gl.ARRAY_BUFFER, vertices, gl.STREAM_DRAW);
    this.#stencil(gl.REPLACE, () => {
      this.#stroke.use();
      setPaneView(gl, this.#stroke, view);
      gl.uniform1f(this.#stroke.uniform('radius'), radiusPx);
      gl.bindVertexArray(this.#strokeArray);
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, Math.max(points, 2) - 1);
    });
    this.#coverStencil(style);
  }

  dispose(): void {
    this.#store.dispose();
    for (const program of [this.#line, this.#fan, this.#stroke, this.#cover]) program.dispose();
    this.#gl.deleteBuffer(this.#strokeBuffer);
    this.#gl.deleteVertexArray(this.#strokeArray);
    this.#gl.deleteVertexArray(this.#empty);
  }

  #outline(
    view: PaneView,
    { styles, raised, halo }: ContourOverlay,
    entry: ContourEntry,
    mesh: ContourMesh,
    visible: readonly SegmentRange[],
    opacity: number,
  ): void {
    const gl = this.#gl;
    const program = this.#line;
    program.use();
    setPaneView(gl, program, view);
    this.#bindTextures(program, entry, mesh);
    gl.uniform1f(program.uniform('feather'), 0.75 / view.ratio);
    gl.uniform2fv(
      program.uniform('shapes'),
      styles.flatMap(({ widthPx, dashed }) => [widthPx * thinnerFromAfar(view.scale), dashed ? 1 : 0]),
    );
    gl.bindVertexArray(this.#empty);
    // Where cells touch, one line covers the other. Marked cells are above unmarked ones, the selected cell
    // is above all.
    const isMarked = [...entry.codes].some((code) => code % brightCode > 0 && code % brightCode < maxStyles);
    const layers = opacity === 0 ? [] : isMarked ? [plainLabels, markedLabels] : [allLabels];
    if (raised !== undefined) layers.push(raised);
    for (const only of layers) {
      const drawn = only === raised ? segmentsOf(mesh.ringsOf.get(only) ?? []) : visible;
      gl.uniform1f(program.uniform('only'), only);
      // The chosen one is seen from any distance.
      const share = only === raised ? 1 : opacity;
      gl.uniform4fv(program.uniform('colours'), lineColours(styles, share));
      // The halo below makes the line visible on anything.
      for (const width of halo ? [haloPx, 0] : [0]) {
        gl.uniform1f(program.uniform('halo'), width);
        gl.uniform3fv(program.uniform('haloColours'), [...darkHalo, ...lightHalo]);
        this.#draw(drawn, 6);
      }
    }
  }

  /** Draws segments, with this number of vertices each. */
  #draw(ranges: readonly SegmentRange[], perSegment: number): void {
    const gl = this.#gl;
    for (const { first, count } of ranges) {
      gl.drawArrays(gl.TRIANGLES, perSegment * first, perSegment * count);
    }
  }

  #fill(
    view: PaneView,
    { styles, fillOpacity }: ContourOverlay,
    entry: ContourEntry,
    mesh: ContourMesh,
    ranges: readonly VertexRange[],
  ): void {
    const gl = this.#gl;
    for (const code of [...entry.codes].sort((a, b) => a - b)) {
      const style = styles[code % brightCode];
      if (!style) continue;
      this.#stencil(gl.INVERT, () => {
        this.#fan.use();
        setPaneView(gl, this.#fan, view);
        this.#bindTextures(this.#fan, entry, mesh);
        gl.uniform1ui(this.#fan.uniform('wanted'), code);
        gl.bindVertexArray(this.#empty);
        this.#draw(segmentsOf(ranges), 3);
      });
      const line = code < brightCode ? style.colour : (style.onBright ?? style.colour);
      const colour = style.fillColour ?? line;
      this.#coverStencil({ ...style, colour, opacity: fillOpacity * style.opacity });
    }
  }

  /** Marks what `draw` covers, without painting it. */
  #stencil(operation: number, draw: () => void): void {
    const gl = this.#gl;
    gl.enable(gl.STENCIL_TEST);
    gl.clear(gl.STENCIL_BUFFER_BIT);
    gl.colorMask(false, false, false, false);
    gl.stencilFunc(gl.ALWAYS, 1, 1);
    gl.stencilOp(gl.KEEP, gl.KEEP, operation);
    draw();
    gl.colorMask(true, true, true, true);
  }

  #coverStencil({ colour, opacity }: ContourStyle): void {
    const gl = this.#gl;
    gl.stencilFunc(gl.NOTEQUAL, 0, 1);
    gl.stencilOp(gl.KEEP, gl.KEEP, gl.KEEP);
    this.#cover.use();
    gl.uniform4f(this.#cover.uniform('paint'), ...colour, opacity);
    gl.bindVertexArray(this.#empty);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    gl.disable(gl.STENCIL_TEST);
  }

  #bindTextures(program: Program, { states, bright, stateTexture }: ContourEntry, mesh: ContourMesh): void {
    const gl = this.#gl;
    const textures = { states: stateTexture, ring: mesh.vertices, anchors: mesh.anchors };
    for (const [unit, [name, texture]] of Object.entries(textures).entries()) {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.uniform1i(program.uniform(name), unit);
    }
    gl.uniform1i(program.uniform('hasStates'), states || bright ? 1 : 0);
  }
}

/** The colours of all styles on dark places, then on bright ones. */
function lineColours(styles: readonly ContourStyle[], share: number): number[] {
  const of = (colourOf: (style: ContourStyle) => Rgb): number[] =>
    Array.from({ length: maxStyles }, (_, i) => styles[i]).flatMap((style) =>
      style ? [...colourOf(style), share * style.opacity] : [0, 0, 0, 0],
    );
  return [...of(({ colour }) => colour), ...of(({ colour, onBright }) => onBright ?? colour)];
}

/** The segments of whole rings. */
function segmentsOf(rings: readonly VertexRange[]): SegmentRange[] {
  return rings.map(({ first, count }) => ({ first, count: count - 1 }));
}

/** The part of the image that a part of a view shows, with a margin for the width of lines. */
function boxOf({ y, x, scale, height, width, ratio }: PaneView, part: PanePart | null): Box {
  const shown = part ?? { top: 0, left: 0, height: height * ratio, width: width * ratio };
  const row = (devicePx: number): number => y + (devicePx / ratio - height / 2) / scale;
  const column = (devicePx: number): number => x + (devicePx / ratio - width / 2) / scale;
  const margin = reachPx / scale;
  return {
    top: row(shown.top) - margin,
    left: column(shown.left) - margin,
    bottom: row(shown.top + shown.height) + margin,
    right: column(shown.left + shown.width) + margin,
  };
}

/** When zoomed out, cells are small, and lines of full width would cover them. */
function thinnerFromAfar(scale: number): number {
  return Math.min(1, 0.6 + 0.4 * scale);
}
