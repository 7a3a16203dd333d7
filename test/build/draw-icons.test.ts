import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const place = (name: string): URL => new URL(`../../build/${name}`, import.meta.url);
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Width and height of a PNG, from its header. */
function sidesOf(png: Buffer): [number, number] {
  expect(png.subarray(0, 8)).toEqual(signature);
  expect(png.toString('latin1', 12, 16)).toBe('IHDR');
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

test('Linux has an icon of each size in a file named after it', async () => {
  for (const side of [16, 32, 48, 64, 128, 256, 512, 1024]) {
    expect(sidesOf(await readFile(place(`icons/${side}x${side}.png`)))).toEqual([side, side]);
  }
});

/**
 * Source: Microsoft, "Icons", MSDN 1995: a directory of 6 bytes, then 16 bytes per picture. A side of 256 px
 * is written as 0.
 */
test('the icon of Windows has the sizes from 16 to 256 px, of 32 bits', async () => {
  const ico = await readFile(place('icon.ico'));
  expect([ico.readUInt16LE(0), ico.readUInt16LE(2)]).toEqual([0, 1]);
  const sides: number[] = [];
  for (let i = 0; i < ico.readUInt16LE(4); i++) {
    const at = 6 + 16 * i;
    const side = ico.readUInt8(at) || 256;
    expect(ico.readUInt8(at + 1) || 256).toBe(side);
    expect(ico.readUInt16LE(at + 6)).toBe(32);
    const picture = ico.subarray(ico.readUInt32LE(at + 12)).subarray(0, ico.readUInt32LE(at + 8));
    // A PNG, or a bitmap whose height counts its mask, too.
    const isPng = picture.subarray(0, 8).equals(signature);
    expect(isPng ? sidesOf(picture) : [picture.readInt32LE(4), picture.readInt32LE(8) / 2]).toEqual([
      side,
      side,
    ]);
    sides.push(side);
  }
  expect(sides).toEqual([256, 128, 64, 48, 32, 24, 16]);
});

/**
 * Source: Apple, "High Resolution Guidelines for OS X", icns types with their sides in px. `ic04` and `ic05`
 * are packed channels, the others PNG.
 */
test('the icon of macOS has the sizes from 16 to 1024 px, with those of sharp screens', async () => {
  const icns = await readFile(place('icon.icns'));
  expect(icns.toString('latin1', 0, 4)).toBe('icns');
  expect(icns.readUInt32BE(4)).toBe(icns.length);
  const sides = new Map<string, number>();
  for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4)) {
    const type = icns.toString('latin1', at, at + 4);
    const content = icns.subarray(at + 8, at + icns.readUInt32BE(at + 4));
    if (type === 'TOC ') continue;
    if (type === 'ic04' || type === 'ic05') {
      expect(content.toString('latin1', 0, 4)).toBe('ARGB');
      sides.set(type, type === 'ic04' ? 16 : 32);
    } else {
      const [width, height] = sidesOf(content);
      expect(height).toBe(width);
      sides.set(type, width);
    }
  }
  expect(Object.fromEntries(sides)).toEqual({
    ic04: 16,
    ic05: 32,
    ic07: 128,
    ic08: 256,
    ic09: 512,
    ic10: 1024,
    ic11: 32,
    ic12: 64,
    ic13: 256,
    ic14: 512,
  });
});

test('the packages of all three systems name their icon', async () => {
  const settings = await readFile(place('../electron-builder.yml'), 'utf8');
  for (const [system, icon] of [
    ['linux', 'build/icons'],
    ['mac', 'build/icon.icns'],
    ['win', 'build/icon.ico'],
  ]) {
    expect(settings).toMatch(new RegExp(`^${system}:\\n(?:[ ].*\\n)*?  icon: ${icon}$`, 'm'));
  }
});
