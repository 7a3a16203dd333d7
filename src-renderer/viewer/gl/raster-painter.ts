import type { ChannelLook } from '../scene.ts';
import { placeGlsl, setPaneView } from './pane-view.ts';
import type { PaneView } from './pane-view.ts';
import { linkProgram } from './link-program.ts';
import type { Program } from './link-program.ts';

/** Channels that can be seen at once. */
export const maxChannels = 6;

const vertex = `#version 300 es
${placeGlsl}
uniform vec4 box;    // y, x, height, width in image px
uniform vec4 texels; // the same box in texels of the tile
out vec2 texel;      // x, y
void main() {
  vec2 corner = vec2(float(gl_VertexID >> 1), float(gl_VertexID & 1)); // y, x
  texel = (texels.xy + corner * texels.zw).yx;
  gl_Position = toClip(toPane(box.xy + corner * box.zw));
}`;

const fragment = (count: number) => `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;
uniform usampler2D tiles[${count}];
uniform vec3 colours[${count}];
uniform vec4 ranges[${count}]; // low, 1 / (high - low), gamma, 1 if it is ground
uniform bool blended;
in vec2 texel;
out vec4 colour;

float at(usampler2D tile, ivec2 place, ivec2 last) {
  return float(texelFetch(tile, clamp(place, ivec2(0), last), 0).r);
}
// The hardware does not filter 16-bit integers. Below 100 % four samples are blended here; above, pixels stay
// sharp.
float intensity(usampler2D tile) {
  ivec2 last = textureSize(tile, 0) - 1;
  if (!blended) return at(tile, ivec2(floor(texel)), last);
  vec2 place = texel - 0.5;
  ivec2 first = ivec2(floor(place));
  vec2 part = place - vec2(first);
  return mix(
    mix(at(tile, first, last), at(tile, first + ivec2(1, 0), last), part.x),
    mix(at(tile, first + ivec2(0, 1), last), at(tile, first + ivec2(1, 1), last), part.x),
    part.y);
}
vec3 ground = vec3(0.0);
vec3 tint = vec3(0.0);
float cover = 0.0;
void add(usampler2D tile, vec4 range, vec3 hue) {
  float value = pow(clamp((intensity(tile) - range.x) * range.y, 0.0, 1.0), range.z);
  ground += range.w * value * hue;
  tint += (1.0 - range.w) * value * hue;
  cover = max(cover, (1.0 - range.w) * value);
}
// Colours add up and cover grey channels. Added to the bright ground of phase contrast, they would all be
// white.
void main() {
  ${Array.from({ length: count }, (_, i) => `add(tiles[${i}], ranges[${i}], colours[${i}]);`).join('\n  ')}
  colour = vec4(min(ground, 1.0) * (1.0 - cover) + tint, 1.0);
}`;

/** A part of an image, and the place of its samples in the tiles' textures. */
export interface RasterBox {
  y: number;
  x: number;
  height: number;
  width: number;
  texelY: number;
  texelX: number;
  texelHeight: number;
  texelWidth: number;
}

/**
 * Paints 16-bit tiles with contrast, gamma and colour of each channel. Colours add up and cover grey
 * channels.
 */
export class RasterPainter {
  readonly #gl: WebGL2RenderingContext;
  readonly #programs = new Map<number, Program>();

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
  }

  paint(
    view: PaneView,
    looks: readonly ChannelLook[],
    textures: readonly WebGLTexture[],
    box: RasterBox,
  ): void {
    const gl = this.#gl;
    const program = this.#program(looks.length);
    program.use();
    setPaneView(gl, program, view);
    gl.uniform4f(program.uniform('box'), box.y, box.x, box.height, box.width);
    gl.uniform4f(program.uniform('texels'), box.texelY, box.texelX, box.texelHeight, box.texelWidth);
    gl.uniform1i(program.uniform('blended'), view.scale * view.ratio < 0.999 ? 1 : 0);
    gl.uniform1iv(
      program.uniform('tiles'),
      looks.map((_, unit) => unit),
    );
    gl.uniform3fv(
      program.uniform('colours'),
      looks.flatMap(({ colour }) => [...colour]),
    );
    gl.uniform4fv(
      program.uniform('ranges'),
      looks.flatMap(({ low, high, gamma, colour: [red, green, blue] }) => [
        low,
        1 / Math.max(high - low, 1e-6),
        gamma,
        red === green && green === blue ? 1 : 0,
      ]),
    );
    for (const [unit, texture] of textures.entries()) {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, texture);
    }
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  dispose(): void {
    for (const program of this.#programs.values()) program.dispose();
    this.#programs.clear();
  }

  #program(count: number): Program {
    const known = this.#programs.get(count);
    if (known) return known;
    const program = linkProgram(this.#gl, vertex, fragment(count), []);
    this.#programs.set(count, program);
    return program;
  }
}
