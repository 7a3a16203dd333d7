import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Companions, labelledStem, stemOf } from '../../src-main/project/companion-file.ts';
import type { NamedFile } from '../../src-main/project/distinct-names.ts';

test.each([
  ['plate 1/HeLa_1.ome.tif', 'HeLa_1'],
  ['a.b.tiff', 'a.b'],
  ['points.csv', 'points'],
  ['exp.2', 'exp.2'],
])('the stem of %s is %s', (name, stem) => expect(stemOf(name)).toBe(stem));

test.each([
  ['HeLa_1_label.tif', 'HeLa_1'],
  ['img-masks.png', 'img'],
  ['A01 truth.tif', 'A01'],
  ['unlabelled.tif', null],
  ['HeLa_1_phase.tif', null],
])('%s is a label image of %s', (name, stem) => expect(labelledStem(name)).toBe(stem));

const folder = join('/data', 'labels');
const image = (name: string, path = `/data/images/${name}.tif`): NamedFile => ({ name, path });
const found = (images: NamedFile[], files: string[]): (string | null)[] => {
  const companions = new Companions(images, folder, files);
  return images.map((each) => companions.find(each)?.slice(folder.length + 1) ?? null);
};

test('a companion has the same stem, or one that goes on at a separator; never a doubtful one', () => {
  const files = ['HeLa_1_label.tif', 'HeLa_10_label.tif', 'A02_s1_label.tif'];
  expect(found([image('HeLa_1')], files)).toEqual([files[0]]);
  expect(found([image('HeLa_10')], files)).toEqual([files[1]]);
  expect(found([image('HeLa_100')], files)).toEqual([null]);
  expect(found([image('A02_s1_dna')], files)).toEqual([files[2]]);
  expect(found([image('plate/HeLa_1')], files)).toEqual([files[0]]);
  expect(found([image('field')], ['field_a_label.tif', 'field_b_label.tif'])).toEqual([null]);
  expect(found([image('field')], ['field_points.csv'])).toEqual(['field_points.csv']);
  for (const file of ['field_cp_outlines.txt', 'field_rois.zip', 'field_seg.npy', 'field_cp_masks.png'])
    expect(found([image('field'), image('field_cp')], [file])).toEqual([file, null]);
  // An image of a channel.
  expect(stemOf('field_cells.tif')).toBe('field_cells');
  expect(found([image('y.tif'), image('y.png')], ['y.tif_label.tif', 'y.png_label.tif'])).toEqual([
    'y.tif_label.tif',
    'y.png_label.tif',
  ]);
});

test('an image whose name is not that of its file has the companions of its file too', () => {
  // One name lacks its channel, and a person gave the other.
  const [plate, own] = [
    image('MCF7_H4', '/data/MCF7_Phase_H4_image.tif'),
    image('control 1', '/data/a7.tif'),
  ];
  const files = ['MCF7_Phase_H4_label.tif', 'a7_label.tif'];
  expect(found([plate, own], files)).toEqual(files);
  expect(found([own], ['control 1_label.tif', 'a7_label.tif'])).toEqual(['control 1_label.tif']);
  // One claims it by its name, the other by its file.
  expect(found([image('a7', '/data/b.tif'), own], ['a7_label.tif'])).toEqual([null, null]);
  // Planes of one file.
  const planes = ['s z1', 's z2'].map((name) => image(name, '/data/s.tif'));
  expect(found(planes, ['s_label.tif'])).toEqual([null, null]);
});

describe('images of one name', () => {
  const plates = [image('plateA/A01', '/data/plateA/A01.tif'), image('plateB/A01', '/data/plateB/A01.tif')];

  test('have the label images in the folders that are called like theirs', () => {
    expect(found(plates, ['plateA/A01_label.tif', 'plateB/A01_label.tif'])).toEqual([
      join('plateA', 'A01_label.tif'),
      join('plateB', 'A01_label.tif'),
    ]);
  });

  test('share no label image: in the folder of one it is that one’s, elsewhere nobody’s', () => {
    const files = ['A01_label.tif'];
    expect(found(plates, files)).toEqual([null, null]);
    const beside = new Companions(plates, '/data/plateA', files);
    expect(beside.find(plates[0]!)).toBe(join(resolve('/data/plateA'), 'A01_label.tif'));
    expect(beside.find(plates[1]!)).toBeNull();
    expect(() => beside.path(plates[1]!, 'label image')).toThrow(
      'It is not clear whether A01_label.tif belongs to plateA/A01 or plateB/A01.',
    );
  });

  test('a file goes to the image of its very stem, not also to one that only begins alike', () => {
    expect(found([image('A01'), image('A01_gfp')], ['A01_label.tif'])).toEqual(['A01_label.tif', null]);
  });
});
