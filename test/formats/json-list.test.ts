import { expect, it, vi } from 'vitest';
import { jsonList } from '../../src-main/formats/json-list.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';

const list = [{ a: '[{"\\]', b: [[1, 2], []] }, '","', 3, null, { features: [4] }, []];

it.each([
  ['a list', JSON.stringify(list)],
  ['a list with spaces', ` ${JSON.stringify(list, null, 2)}\n`],
  ['a list in an object', JSON.stringify({ type: 'x', features: list, more: { features: [0] } })],
  ['after one of the same name', JSON.stringify({ inner: { features: [0] }, list: [1], features: list })],
  ['whose name is escaped', `{"fe\\u0061tures" : ${JSON.stringify(list)}}`],
])('reads the items of %s', (_, text) => {
  expect([...jsonList(text, 'features')]).toEqual(list);
});

it('parses no more than one item at once', () => {
  const parse = vi.spyOn(JSON, 'parse');
  const items = Array.from({ length: 100 }, (_, i) => ({ name: `cell ${i}` }));
  expect([...jsonList(JSON.stringify({ features: items }), 'features')]).toEqual(items);
  const longest = Math.max(...parse.mock.calls.map(([text]) => text.length));
  parse.mockRestore();
  expect(longest).toBe('{"name":"cell 99"}'.length);
});

it('an empty list has no items', () => {
  expect([...jsonList('{"features": [ ]}', 'features')]).toEqual([]);
});

it.each([
  '',
  '{}',
  '7',
  '"[1]"',
  '{"features": 7}',
  '[1,]',
  '[,1]',
  '[1 2]',
  '[1]x',
  '[1',
  '[[1]',
  '{"features":[1]',
])('refuses %s', (text) => {
  expect(() => [...jsonList(text, 'features')]).toThrow(SyntaxError);
});

it('takes and refuses the same texts as JSON.parse', () => {
  const random = new SeededRandom(1, 'json');
  const whole = JSON.stringify({ features: list, type: 'x' });
  const characters = '[]{},:"\\ 1ae';
  for (let i = 0; i < 3000; i++) {
    const at = random.integer(whole.length);
    const inserted = characters[random.integer(characters.length)]!;
    const text = whole.slice(0, at) + inserted + whole.slice(at + random.integer(3));
    let expected: unknown;
    try {
      expected = (JSON.parse(text) as { features?: unknown }).features;
    } catch {
      expected = undefined;
    }
    if (Array.isArray(expected)) expect([...jsonList(text, 'features')], text).toEqual(expected);
    else expect(() => [...jsonList(text, 'features')], text).toThrow(SyntaxError);
  }
});
