import { describe, expect, test } from 'vitest';
import { walkXml } from '../../../src-main/imaging/tiff/walk-xml.ts';

/** Elements, attributes and texts in their order, in a short notation. */
function told(xml: string): string[] {
  const heard: string[] = [];
  walkXml(xml, {
    open: (name, attributes) =>
      heard.push([name, ...[...attributes].map(([key, value]) => `${key}=${value}`)].join(' ')),
    text: (text) => {
      if (text.trim() !== '') heard.push(`"${text}"`);
    },
    close: (name) => heard.push(`/${name}`),
  });
  return heard;
}

describe('the walk through an XML text', () => {
  test('leaves out prefixes, comments and declarations, and resolves the entities of XML', () => {
    expect(
      told(
        '<?xml version="1.0"?><!-- <no/> --><o:OME a="1 &gt; &#181;&#xB5;" b=\'>"\'>x &amp; y<c/></o:OME>',
      ),
    ).toEqual(['OME a=1 > µµ b=>"', '"x & y"', 'c', '/c', '/OME']);
  });

  test('a text that is cut off tells what is there', () => {
    expect(told('<OME><Image Name="x"><Pixels SizeT="2">')).toEqual([
      'OME',
      'Image Name=x',
      'Pixels SizeT=2',
    ]);
    expect(told('<OME><Image Na')).toEqual(['OME']);
  });

  test('entities that the text declares are not expanded', () => {
    const lol = '<!DOCTYPE a [<!ENTITY x "lol"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]><a b="&y;"/>';
    expect(told(lol)).toEqual(['a b=&y;', '/a']);
  });

  test('a text that is not XML has no elements', () => {
    expect(told('ImageJ=1.53\nimages=3')).toEqual(['"ImageJ=1.53\nimages=3"']);
    expect(told('')).toEqual([]);
  });
});
