import { linkProgram } from './link-program.ts';
import type { Program } from './link-program.ts';
import type { MovedView, PanePart } from './moved-view.ts';

const vertex = `#version 300 es
void main() {
  gl_Position = vec4(float(gl_VertexID & 1) * 2.0 - 1.0, float(gl_VertexID >> 1) * 2.0 - 1.0, 0.0, 1.0);
}`;

const fragment = `#version 300 es
precision highp float;
uniform highp sampler2D picture;
uniform ivec2 corner; // of the place it is copied to, device px
out vec4 colour;
void main() { colour = texelFetch(picture, ivec2(gl_FragCoord.xy) - corner, 0); }`;

/** A rectangle of the painting target, in device px from the bottom left. */
export interface DeviceRect {
  left: number;
  bottom: number;
  width: number;
  height: number;
}

interface Picture {
  name: string;
  texture: WebGLTexture;
  framebuffer: WebGLFramebuffer;
  height: number;
  width: number;
  /** The last frame that needed it. */
  wanted: number;
}

interface Target {
  framebuffer: WebGLFramebuffer | null;
  rect: DeviceRect;
}

/**
 * Finished pictures on the GPU, ready to copy. A picture's name contains everything that it depends on.
 * Painting an image from 16-bit samples with contours takes many times longer than a copy.
 */
export class PictureStore {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: Program;
  #pictures: Picture[] = [];
  /** Only needed for fills while a picture is made, so all pictures share it. */
  #stencil: { buffer: WebGLRenderbuffer; height: number; width: number } | null = null;
  #target: Target = { framebuffer: null, rect: { left: 0, bottom: 0, width: 1, height: 1 } };
  #frame = 0;

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#program = linkProgram(gl, vertex, fragment, []);
  }

  beginFrame(): void {
    this.#frame++;
  }

  /** Drops pictures that this frame did not need. */
  endFrame(): void {
    for (const picture of this.#pictures) if (picture.wanted !== this.#frame) this.#release(picture);
    this.#pictures = this.#pictures.filter(({ wanted }) => wanted === this.#frame);
  }

  /** Directs painting to a part of the canvas. */
  aim(rect: DeviceRect): void {
    this.#paintInto({ framebuffer: null, rect });
  }

  /** Whether a picture is there. Marks it as needed by this frame. */
  want(name: string): boolean {
    const picture = this.#find(name);
    if (picture) picture.wanted = this.#frame;
    return picture !== undefined;
  }

  /** Makes a picture, then restores the painting target. @param paint - paints all of it */
  make(name: string, height: number, width: number, paint: () => void): void {
    const before = this.#target;
    this.#begin(this.#blank(name, height, width));
    this.#gl.clear(this.#gl.COLOR_BUFFER_BIT);
    paint();
    this.#paintInto(before);
  }

  /**
   * Makes a picture from an earlier one whose content has moved, then restores the painting target.
   * @param paint - paints a part
   * @throws RangeError if there is no earlier one of that name
   */
  makeMoved(
    name: string,
    earlier: string,
    { down, right, parts }: MovedView,
    paint: (part: PanePart) => void,
  ): void {
    const before = this.#target;
    const gl = this.#gl;
    const source = this.#existing(earlier);
    // Keeps the earlier picture: the new one might otherwise take its place.
    source.wanted = this.#frame;
    const { height, width } = source;
    const picture = this.#blank(name, height, width);
    gl.bindFramebuffer(gl.FRAMEBUFFER, source.framebuffer);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, picture.texture);
    gl.copyTexSubImage2D(
      gl.TEXTURE_2D,
      0,
      Math.max(0, right),
      Math.max(0, -down),
      Math.max(0, -right),
      Math.max(0, down),
      width - Math.abs(right),
      height - Math.abs(down),
    );
    this.#begin(picture);
    for (const part of parts) {
      gl.scissor(part.left, height - part.top - part.height, part.width, part.height);
      gl.clear(gl.COLOR_BUFFER_BIT);
      paint(part);
    }
    this.#paintInto(before);
  }

  /** Copies a picture to the painting target. @throws RangeError if there is none of that name */
  copy(name: string): void {
    const picture = this.#existing(name);
    const gl = this.#gl;
    const { left, bottom } = this.#target.rect;
    this.#program.use();
    gl.disable(gl.BLEND);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, picture.texture);
    gl.uniform1i(this.#program.uniform('picture'), 0);
    gl.uniform2i(this.#program.uniform('corner'), left, bottom);
    gl.bindVertexArray(null);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    gl.enable(gl.BLEND);
  }

  dispose(): void {
    for (const picture of this.#pictures) this.#release(picture);
    this.#pictures = [];
    if (this.#stencil) this.#gl.deleteRenderbuffer(this.#stencil.buffer);
    this.#program.dispose();
  }

  #find(name: string): Picture | undefined {
    return this.#pictures.find((picture) => picture.name === name);
  }

  #existing(name: string): Picture {
    const picture = this.#find(name);
    if (!picture) throw new RangeError(`there is no picture ${name}`);
    return picture;
  }

  /** Directs painting to a picture. */
  #begin({ framebuffer, height, width }: Picture): void {
    const gl = this.#gl;
    this.#paintInto({ framebuffer, rect: { left: 0, bottom: 0, width, height } });
    const stencil = this.#stencilOf(height, width);
    gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.DEPTH_STENCIL_ATTACHMENT, gl.RENDERBUFFER, stencil);
    gl.bindVertexArray(null);
  }

  #paintInto(target: Target): void {
    const gl = this.#gl;
    const { left, bottom, width, height } = target.rect;
    this.#target = target;
    gl.bindFramebuffer(gl.FRAMEBUFFER, target.framebuffer);
    gl.viewport(left, bottom, width, height);
    gl.scissor(left, bottom, width, height);
  }

  /** A picture to paint into: a picture that no frame needs any more, if its size fits. */
  #blank(name: string, height: number, width: number): Picture {
    const spare = this.#pictures.find(
      (picture) => picture.wanted < this.#frame && picture.height === height && picture.width === width,
    );
    if (spare) {
      spare.name = name;
      spare.wanted = this.#frame;
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
    const picture = { name, texture, framebuffer, height, width, wanted: this.#frame };
    this.#pictures.push(picture);
    return picture;
  }

  #stencilOf(height: number, width: number): WebGLRenderbuffer {
    const known = this.#stencil;
    if (known?.height === height && known.width === width) return known.buffer;
    const gl = this.#gl;
    if (known) gl.deleteRenderbuffer(known.buffer);
    const buffer = gl.createRenderbuffer();
    gl.bindRenderbuffer(gl.RENDERBUFFER, buffer);
    gl.renderbufferStorage(gl.RENDERBUFFER, gl.DEPTH24_STENCIL8, width, height);
    this.#stencil = { buffer, height, width };
    return buffer;
  }

  #release({ texture, framebuffer }: Picture): void {
    this.#gl.deleteFramebuffer(framebuffer);
    this.#gl.deleteTexture(texture);
  }
}
