import type { Program } from './link-program.ts';

/** The pane being drawn. Every vertex shader needs it to place an image position. */
export interface PaneView {
  /** Image position at the centre, px. */
  y: number;
  x: number;
  /** CSS px per image px. */
  scale: number;
  /** CSS px. */
  height: number;
  width: number;
  /** Device px per CSS px. */
  ratio: number;
}

/**
 * GLSL: from image (y, x) to CSS px from the centre of the pane, and on to clip space. The one place where
 * they swap.
 */
export const placeGlsl = `
uniform vec3 centreAndScale; // y, x, CSS px an image px
uniform vec2 paneSize;       // width, height, CSS px
vec2 toPane(vec2 yx) {
  return (yx - centreAndScale.xy).yx * centreAndScale.z;
}
vec4 toClip(vec2 pane) {
  return vec4(pane.x * 2.0 / paneSize.x, -pane.y * 2.0 / paneSize.y, 0.0, 1.0);
}
`;

export function setPaneView(gl: WebGL2RenderingContext, program: Program, view: PaneView): void {
  gl.uniform3f(program.uniform('centreAndScale'), view.y, view.x, view.scale);
  gl.uniform2f(program.uniform('paneSize'), view.width, view.height);
}
