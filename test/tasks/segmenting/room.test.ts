import { expect, test } from 'vitest';
import { Room } from '../../../src-main/tasks/segmenting/room.ts';

const nobody = new AbortController().signal;

/** Enters, and notes who is in. */
function visit(room: Room, name: string, amount: number, inside: string[], signal = nobody): Promise<void> {
  return room.enter(amount, signal).then(() => void inside.push(name));
}

test('lets in what fits together, in order, and what fits nowhere alone', async () => {
  const room = new Room(10);
  const inside: string[] = [];
  const all = [
    visit(room, 'six', 6, inside),
    visit(room, 'large', 25, inside),
    visit(room, 'four', 4, inside), // would fit beside the six, but nobody overtakes: the large one would wait for ever
  ];
  await all[0];
  await Promise.resolve();
  expect(inside).toEqual(['six']);
  room.leave(6);
  await all[1];
  expect(inside).toEqual(['six', 'large']);
  room.leave(25);
  await all[2];
  expect(inside).toEqual(['six', 'large', 'four']);
});

test('who is called off waits no longer, and makes way for those behind', async () => {
  const room = new Room(10);
  const inside: string[] = [];
  const stop = new AbortController();
  await visit(room, 'six', 6, inside);
  const large = visit(room, 'large', 25, inside, stop.signal);
  const four = visit(room, 'four', 4, inside);
  stop.abort();
  await expect(large).rejects.toMatchObject({ code: 'cancelled' });
  await four;
  expect(inside).toEqual(['six', 'four']);
  await expect(room.enter(1, stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
});
