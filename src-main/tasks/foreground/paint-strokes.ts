import { float32At } from '../../contract/elements.ts';
import { LacssError } from '../../contract/errors.ts';
import { fillBits } from '../../contract/packed-mask.ts';
import type { PackedMask } from '../../contract/packed-mask.ts';
import type { Stroke } from '../../contract/requests/foreground-requests.ts';
import { sweepDisc } from '../../imaging/morphology/sweep-disc.ts';

/**
 * Draws strokes of brush and eraser on a mask, in their order. A pixel is painted if its centre is within the
 * radius of the line. It takes one fill per row of a segment, for any radius.
 * @throws LacssError `annotation-invalid` for a stroke that goes further outside the image than its radius
 */
export function paintStrokes({ height, width, bits }: PackedMask, strokes: readonly Stroke[]): PackedMask {
  for (const stroke of strokes) requireNear(stroke, height, width);
  const painted = bits.slice();
  for (const { mode, radiusPx, path } of strokes) {
    const value = mode === 'add' ? 1 : 0;
    sweepDisc(path, radiusPx, height, width, (y, start, end) => {
      fillBits(painted, value, y * width + start, y * width + end);
    });
  }
  return { height, width, bits: painted };
}

function requireNear({ path, radiusPx }: Stroke, height: number, width: number): void {
  for (let i = 0; i + 1 < path.length; i += 2) {
    const [y, x] = [float32At(path, i), float32At(path, i + 1)];
    const isNear = y >= -radiusPx && x >= -radiusPx && y <= height + radiusPx && x <= width + radiusPx;
    // Written so that NaN is refused, too.
    if (isNear) continue;
    throw new LacssError(
      'annotation-invalid',
      `A stroke goes to y ${y}, x ${x}, which is outside the image.`,
      {
        remedy: `Paint within ${height} × ${width} px.`,
      },
    );
  }
}
