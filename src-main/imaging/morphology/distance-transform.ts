import type { FloatPlane, Mask } from '../../contract/pixels.ts';

/**
 * Exact Euclidean distance in px from every pixel of a mask [height, width] to the centre of the nearest
 * pixel outside the mask; 0 outside. The image's edge is not a border. A mask that covers the whole image has
 * infinite distances. Equals `scipy.ndimage.distance_transform_edt`.
 *
 * P. F. Felzenszwalb, D. P. Huttenlocher, "Distance Transforms of Sampled Functions", Theory of Computing 8,
 * 2012, pp. 415–428.
 */
export function distanceTransform(mask: Mask): FloatPlane {
  const { height, width, data } = mask;
  const squares = new Float64Array(data.length);

  // Down and up the columns: squared distance to the nearest outside pixel of the same column.
  for (let x = 0; x < width; x++) {
    let distance = Infinity;
    for (let y = 0, i = x; y < height; y++, i += width) {
      distance = data[i] === 0 ? 0 : distance + 1;
      squares[i] = distance * distance;
    }
    distance = Infinity;
    for (let y = height - 1, i = y * width + x; y >= 0; y--, i -= width) {
      distance = data[i] === 0 ? 0 : distance + 1;
      if (distance * distance < squares[i]!) squares[i] = distance * distance;
    }
  }

  // Along the rows: the lower envelope of the parabolas on those squares.
  const out = new Float32Array(data.length);
  const vertices = new Int32Array(width);
  const starts = new Float64Array(width + 1); // parabola k is the lowest from starts[k] to starts[k + 1]
  for (let row = 0; row < data.length; row += width) {
    let count = 0;
    for (let x = 0; x < width; x++) {
      const height2 = squares[row + x]!;
      if (height2 === Infinity) continue;
      let start = -Infinity;
      while (count > 0) {
        const v = vertices[count - 1]!;
        start = (height2 + x * x - squares[row + v]! - v * v) / (2 * (x - v));
        if (start > starts[count - 1]!) break;
        count--;
        start = -Infinity;
      }
      vertices[count] = x;
      starts[count++] = start;
    }
    if (count === 0) {
      out.fill(Infinity, row, row + width);
      continue;
    }
    starts[count] = Infinity;
    for (let x = 0, k = 0; x < width; x++) {
      while (starts[k + 1]! < x) k++;
      const v = vertices[k]!;
      out[row + x] = Math.sqrt(squares[row + v]! + (x - v) * (x - v));
    }
  }
  return { height, width, data: out };
}
