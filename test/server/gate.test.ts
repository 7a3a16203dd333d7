import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { codeLifeMs, Gate } from '../../src-main/server/gate.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('every host has a token of its own, also when it takes over a secret', () => {
  const first = new Gate();
  const next = new Gate(first.secret);
  expect(next.secret).toBe(first.secret);
  expect(next.token).not.toBe(first.token);
  expect(next.instance).not.toBe(first.instance);
  expect(first.admits(`Bearer ${first.token}`)).toBe(true);
  expect(next.admits(`Bearer ${first.token}`)).toBe(false);
  for (const header of [undefined, '', 'Bearer', 'Bearer ', first.token]) {
    expect(first.admits(header)).toBe(false);
  }
});

test('a code is valid once', () => {
  const gate = new Gate();
  const onEnd = vi.fn();
  const code = gate.newCode(onEnd);
  expect(onEnd).not.toHaveBeenCalled();
  expect(gate.redeem(code)).toBe(true);
  expect(onEnd).toHaveBeenCalledOnce();
  expect(gate.redeem(code)).toBe(false);
  expect(gate.redeem('')).toBe(false);
});

test('a code is valid for 60 seconds', () => {
  const gate = new Gate();
  const onEnd = vi.fn();
  const [early, late] = [gate.newCode(), gate.newCode(onEnd)];
  vi.advanceTimersByTime(codeLifeMs - 1);
  expect(gate.redeem(early)).toBe(true);
  vi.advanceTimersByTime(1);
  expect(onEnd).toHaveBeenCalledOnce();
  expect(gate.redeem(late)).toBe(false);
  expect(codeLifeMs).toBe(60_000);
});

test('of many codes only the latest are valid', () => {
  const gate = new Gate();
  const codes = Array.from({ length: 17 }, () => gate.newCode());
  expect(codes.map((code) => gate.redeem(code))).toEqual([false, ...Array<boolean>(16).fill(true)]);
});

test('all codes end with the host', () => {
  const gate = new Gate();
  const onEnd = vi.fn();
  const code = gate.newCode(onEnd);
  gate.close();
  expect(onEnd).toHaveBeenCalledOnce();
  expect(gate.redeem(code)).toBe(false);
});
