import { float32At } from '../../../src-main/contract/elements.ts';
import type { PointOverlay } from '../scene.ts';
import { placeGlsl, setPaneView } from './pane-view.ts';
import type { PaneView } from './pane-view.ts';
import { linkProgram } from './link-program.ts';
import type { Program } from './link-program.ts';

const vertex = `#version 300 es
precision highp float;
in vec3 point; // y, x, kind
${placeGlsl}
uniform float radius; // CSS px
out vec2 place;
flat out int kind;
void main() {
  kind = int(point.z + 0.5);
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1)) * 2.0 - 1.0;
  float size = (kind == 2 ? radius + 2.0 : radius) + 3.0;
  place = corner * size;
  gl_Position = toClip(toPane(point.xy) + place);
}`;

// A light ring between two dark ones is visible on anything.
const fragment = `#version 300 es
precision highp float;
uniform float radius;
in vec2 place;
flat in int kind;
out vec4 colour;
float band(float distance, float inner, float outer) {
  return smoothstep(inner - 0.5, inner + 0.5, distance) * (1.0 - smoothstep(outer - 0.5, outer + 0.5, distance));
}
void main() {
  float distance = length(place);
  float size = kind == 2 ? radius + 2.0 : radius;
  vec3 light = kind == 2 ? vec3(1.0, 0.62, 0.18) : kind == 3 ? vec3(1.0, 0.85, 0.3) : vec3(1.0);
  float dark = 0.8 * band(distance, size - 2.0, size + 2.0);
  float ring = band(distance, size - 0.75, size + 0.75);
  float core = kind == 0 ? 0.0 : 1.0 - smoothstep(size - 3.0, size - 2.0, distance);
  float bright = max(ring, kind == 3 ? 0.0 : core);
  float cover = max(bright, dark);
  if (cover < 0.01) discard;
  colour = vec4(light * bright / max(cover, 1e-3), cover);
}`;

/** Paints points as rings. Points added by hand are filled. */
export class PointPainter {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: Program;
  readonly #buffer: WebGLBuffer;
  readonly #array: WebGLVertexArrayObject;
  #uploaded: PointOverlay | null = null;

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#program = linkProgram(gl, vertex, fragment, ['point']);
    this.#buffer = gl.createBuffer();
    this.#array = gl.createVertexArray();
    gl.bindVertexArray(this.#array);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffer);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 3, gl.FLOAT, false, 12, 0);
    gl.vertexAttribDivisor(0, 1);
    gl.bindVertexArray(null);
  }

  paint(view: PaneView, overlay: PointOverlay): void {
    const gl = this.#gl;
    const count = overlay.points.length / 2;
    if (count === 0) return;
    if (this.#uploaded !== overlay) this.#upload(overlay);
    this.#program.use();
    setPaneView(gl, this.#program, view);
    gl.uniform1f(this.#program.uniform('radius'), Math.min(5, Math.max(2.5, view.scale * 5)));
    gl.bindVertexArray(this.#array);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, count);
  }

  dispose(): void {
    this.#program.dispose();
    this.#gl.deleteBuffer(this.#buffer);
    this.#gl.deleteVertexArray(this.#array);
  }

  #upload(overlay: PointOverlay): void {
    const { points, kinds } = overlay;
    const packed = new Float32Array((points.length / 2) * 3);
    for (let i = 0; i < points.length / 2; i++) {
      packed[3 * i] = float32At(points, 2 * i);
      packed[3 * i + 1] = float32At(points, 2 * i + 1);
      packed[3 * i + 2] = kinds?.[i] ?? 0;
    }
    this.#gl.bindBuffer(this.#gl.ARRAY_BUFFER, this.#buffer);
    this.#gl.bufferData(this.#gl.ARRAY_BUFFER, packed, this.#gl.DYNAMIC_DRAW);
    this.#uploaded = overlay;
  }
}
