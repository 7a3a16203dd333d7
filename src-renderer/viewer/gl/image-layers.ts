import { linkProgram } from './program.ts';
import type { Program } from './program.ts';

const vertex = `#version 300 es
void main() {
  gl_Position = vec4(float(gl_VertexID & 1) * 2.0 - 1.0, float(gl_VertexID >> 1) * 2.0 - 1.0, 0.0, 1.0);
}`;

const fragment = `#version 300 es
precision highp float;
uniform highp sampler2D layer;
uniform ivec2 corner; // of the pane, device px
out vec4 colour;
void main() { colour = texelFetch(layer, ivec2(gl_FragCoord.xy) - corner, 0); }`;

/** A pane's place in the canvas, in device px from the bottom left. */
export interface DeviceRect {
  left: number;
  bottom: number;
  width: number;
  height: number;
}

interface Layer {
  name: string;
  texture: WebGLTexture;
  framebuffer: WebGLFramebuffer;
  height: number;
  width: number;
  shown: number;
}

/**
 * The images below the panes, each painted once for all panes that show it alike, and not again while nothing of it
 * changes: to paint from 16-bit samples costs many times what a copy does.
 */
export class ImageLayers {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: Program;
  #layers: Layer[] = [];
  #frame = 0;

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#program = linkProgram(gl, vertex, fragment, []);
  }

  beginFrame(): void {
    this.#frame++;
  }

  /** Throws away what this frame has not shown. */
  endFrame(): void {
    for (const layer of this.#layers) if (layer.shown !== this.#frame) this.#release(layer);
    this.#layers = this.#layers.filter(({ shown }) => shown === this.#frame);
  }

  /**
   * Shows an image in a pane, in whose viewport and scissor it leaves the context.
   * @param name - what its picture depends on: the same name, the same picture
   * @param paint - paints it into a viewport of the pane's size
   */
  show(name: string, rect: DeviceRect, paint: () => void): void {
    const gl = this.#gl;
    const { left, bottom, width, height } = rect;
    gl.disable(gl.BLEND);
    const known = this.#layers.find((layer) => layer.name === name);
    const layer = known ?? this.#emptyLayer(name, height, width);
    layer.shown = this.#frame;
    if (!known) {
      gl.bindFramebuffer(gl.FRAMEBUFFER, layer.framebuffer);
      gl.viewport(0, 0, width, height);
      gl.scissor(0, 0, width, height);
      gl.clear(gl.COLOR_BUFFER_BIT);
      paint();
      gl.bindFramebuffer(gl.FRAMEBUFFER, null);
      gl.viewport(left, bottom, width, height);
      gl.scissor(left, bottom, width, height);
    }
    this.#program.use();
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, layer.texture);
    gl.uniform1i(this.#program.uniform('layer'), 0);
    gl.uniform2i(this.#program.uniform('corner'), left, bottom);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    gl.enable(gl.BLEND);
  }

  dispose(): void {
    for (const layer of this.#layers) this.#release(layer);
    this.#layers = [];
    this.#program.dispose();
  }

  /** A layer to paint into: one that an earlier frame has shown, where its size fits. */
  #emptyLayer(name: string, height: number, width: number): Layer {
    const spare = this.#layers.find(
      (layer) => layer.shown !== this.#frame && layer.height === height && layer.width === width,
    );
    if (spare) {
      spare.name = name;
      return spare;
    }
    const gl = this.#gl;
    const texture = gl.createTexture();
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, width, height);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    const framebuffer = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
    const layer = { name, texture, framebuffer, height, width, shown: this.#frame };
    this.#layers.push(layer);
    return layer;
  }

  #release({ texture, framebuffer }: Layer): void {
    this.#gl.deleteFramebuffer(framebuffer);
    this.#gl.deleteTexture(texture);
  }
}
