import type { PixelSizeUm } from '../../contract/pixels.ts';
import { calibration } from '../source/calibration.ts';
import { unitInUm } from './length-units.ts';
import { walkXml } from './walk-xml.ts';

/**
 * The pixel size in a description by MetaXpress or MetaMorph (MetaSeries TIFF): `<prop
 * id="spatial-calibration-x" … value="0.65"/>`.
 *
 * Source: the elements as Bio-Formats reads them, loci.formats.in.MetamorphHandler,
 * https://github.com/ome/bioformats.
 *
 * @returns `null` for other descriptions, or if the calibration is switched off.
 */
export function readMetaXpressPixelSize(description: string): PixelSizeUm | null {
  if (!/^\s*(?:<\?xml[^>]*>\s*)?<MetaData\b/.test(description)) return null;
  const values = new Map<string, string>();
  walkXml(description, {
    open: (element, attributes) => {
      if (element === 'prop') values.set(attributes.get('id') ?? '', attributes.get('value') ?? '');
    },
  });
  if (/^(?:off|false|0)$/i.test(values.get('spatial-calibration-state') ?? '')) return null;
  const unitUm = unitInUm(values.get('spatial-calibration-units') ?? '') ?? NaN;
  const lengthUm = (axis: 'x' | 'y'): number =>
    Number(values.get(`spatial-calibration-${axis}`) ?? NaN) * unitUm;
  return calibration(lengthUm('y'), lengthUm('x'));
}
