import type { Dtype, Raster } from '../../contract/pixels.ts';

/** The content of a raster's description. */
type Described = Omit<Raster, 'planes'> & { planes: { length: number } };

const omeTypes: Readonly<Record<Dtype, string>> = {
  uint8: 'uint8',
  int8: 'int8',
  uint16: 'uint16',
  int16: 'int16',
  uint32: 'uint32',
  int32: 'int32',
  float32: 'float',
  float64: 'double',
};

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/**
 * A raster's axes, channel names and calibration as OME-XML, for the first page's description; pages follow
 * c, z, t.
 *
 * Source: OME schema 2016-06, https://www.openmicroscopy.org/Schemas/OME/2016-06.
 */
export function describeAsOme(raster: Described): string {
  const { sizes, width, height, dtype, pixelSizeUm } = raster;
  const physical =
    pixelSizeUm === null
      ? ''
      : ` PhysicalSizeX="${pixelSizeUm.x}" PhysicalSizeXUnit="µm" PhysicalSizeY="${pixelSizeUm.y}" PhysicalSizeYUnit="µm"`;
  const channels = raster.channelNames.map(
    (name, c) => `<Channel ID="Channel:0:${c}" Name="${escapeXml(name)}" SamplesPerPixel="1"/>`,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"',
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
    ' xsi:schemaLocation="http://www.openmicroscopy.org/Schemas/OME/2016-06',
    ' http://www.openmicroscopy.org/Schemas/OME/2016-06/ome.xsd">',
    '<Image ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="XYCZT"',
    ` Type="${omeTypes[dtype]}" SizeX="${width}" SizeY="${height}"`,
    ` SizeC="${sizes.c}" SizeZ="${sizes.z}" SizeT="${sizes.t}" BigEndian="true"${physical}>`,
    ...channels,
    `<TiffData IFD="0" PlaneCount="${raster.planes.length}"/>`,
    '</Pixels></Image></OME>',
  ].join('');
}

/**
 * A raster's axes in ImageJ's form (ij.io.FileSaver.getDescriptionString, ImageJ 1.54). With a pixel size,
 * the unit is µm and the resolution tags count pixels per µm.
 */
export function describeAsImageJ(raster: Described): string {
  const { sizes, planes, pixelSizeUm } = raster;
  const lines = ['ImageJ=1.54f', `images=${planes.length}`];
  if (sizes.c > 1) lines.push(`channels=${sizes.c}`);
  if (sizes.z > 1) lines.push(`slices=${sizes.z}`);
  if (sizes.t > 1) lines.push(`frames=${sizes.t}`);
  if (planes.length > 1) lines.push('hyperstack=true', `mode=${sizes.c > 1 ? 'composite' : 'grayscale'}`);
  if (pixelSizeUm !== null) lines.push('unit=micron');
  return `${lines.join('\n')}\n`;
}
