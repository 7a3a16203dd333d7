/** A linked program with its uniforms found by name. */
export interface Program {
  use: () => void;
  uniform: (name: string) => WebGLUniformLocation | null;
  dispose: () => void;
}

/**
 * Compiles and links; attributes take the places 0, 1, 2 … in the order given.
 * @throws Error with the driver's log
 */
export function linkProgram(
  gl: WebGL2RenderingContext,
  vertex: string,
  fragment: string,
  attributes: readonly string[],
): Program {
  const program = gl.createProgram();
  const shaders = [compile(gl, gl.VERTEX_SHADER, vertex), compile(gl, gl.FRAGMENT_SHADER, fragment)];
  for (const shader of shaders) gl.attachShader(program, shader);
  for (const [place, name] of attributes.entries()) gl.bindAttribLocation(program, place, name);
  gl.linkProgram(program);
  for (const shader of shaders) gl.deleteShader(shader);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(`Shader does not link: ${gl.getProgramInfoLog(program) ?? ''}`);
  }
  const uniforms = new Map<string, WebGLUniformLocation | null>();
  return {
    use: () => gl.useProgram(program),
    uniform(name) {
      const known = uniforms.get(name);
      if (known !== undefined) return known;
      const found = gl.getUniformLocation(program, name);
      uniforms.set(name, found);
      return found;
    },
    dispose: () => gl.deleteProgram(program),
  };
}

function compile(gl: WebGL2RenderingContext, type: number, source: string): WebGLShader {
  const shader = gl.createShader(type);
  if (!shader) throw new Error('The graphics context is lost');
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) {
    throw new Error(`Shader does not compile: ${gl.getShaderInfoLog(shader) ?? ''}`);
  }
  return shader;
}
