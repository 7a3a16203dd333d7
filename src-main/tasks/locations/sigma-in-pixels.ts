import { LacssError } from '../../contract/errors.ts';
import { mostSigmaPx } from '../../contract/project-files.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import type { LocationSettings } from '../../contract/requests/location-requests.ts';

/** σ in pixels of this image, or `auto`. @throws LacssError `setting-invalid` */
export function sigmaInPixels(
  sigma: LocationSettings['sigma'],
  { name, pixelSizeUm }: ImageEntry,
): number | 'auto' {
  if (sigma === 'auto') return 'auto';
  if ('px' in sigma) return sigma.px;
  if (pixelSizeUm !== null) {
    const sigmaPx = sigma.um / pixelSizeUm.x;
    if (sigmaPx <= mostSigmaPx) return sigmaPx;
    throw new LacssError('setting-invalid', `σ of ${sigma.um} µm is ${Math.round(sigmaPx)} px in ${name}.`, {
      subject: name,
      remedy: `Give a σ of at most ${mostSigmaPx} px, or correct the pixel size of ${pixelSizeUm.x} µm.`,
    });
  }
  throw new LacssError('setting-invalid', `σ is given in µm, but the pixel size of ${name} is unknown.`, {
    subject: name,
    remedy: 'Give σ in px, or the pixel size of the image.',
    command: 'lacss add --pixel-size',
  });
}
