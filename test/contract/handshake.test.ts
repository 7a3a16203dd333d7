import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { isProof, makeProof, randomText, textField } from '../../src-main/contract/handshake.ts';

const secret = 's'.repeat(43);
const exchange = { instance: 'an instance', pageNonce: 'one', hostNonce: 'two' };

test('a proof is the HMAC-SHA-256 of side, instance and both nonces', async () => {
  const text = '["lacss","host","an instance","one","two"]';
  const expected = createHmac('sha256', secret).update(text).digest('base64url');
  expect(await makeProof(secret, 'host', exchange)).toBe(expected);
  expect(await isProof(expected, secret, 'host', exchange)).toBe(true);
});

test('a proof holds for its side, secret, instance and nonces alone', async () => {
  const proof = await makeProof(secret, 'host', exchange);
  expect(await isProof(proof, secret, 'page', exchange)).toBe(false);
  expect(await isProof(proof, 't'.repeat(43), 'host', exchange)).toBe(false);
  for (const field of ['instance', 'pageNonce', 'hostNonce'] as const) {
    expect(await isProof(proof, secret, 'host', { ...exchange, [field]: 'other' })).toBe(false);
  }
  // Moving a boundary between fields must not give the same text.
  const moved = { ...exchange, pageNonce: 'one","two', hostNonce: '' };
  expect(await isProof(await makeProof(secret, 'host', moved), secret, 'host', exchange)).toBe(false);
  for (const wrong of ['', 'AAAA', '***', `${proof}A`, proof.slice(1)]) {
    expect(await isProof(wrong, secret, 'host', exchange)).toBe(false);
  }
});

test('random texts are 32 bytes and differ', () => {
  expect(randomText()).toMatch(/^[\w-]{43}$/);
  expect(randomText()).not.toBe(randomText());
});

test('a field is read from an object of short texts, from nothing else', () => {
  expect(textField('{"proof":"a"}', 'proof')).toBe('a');
  for (const message of ['', '{', 'null', '1', '[]', '{}', '{"proof":1}', `{"proof":"${'x'.repeat(201)}"}`]) {
    expect(textField(message, 'proof')).toBeNull();
  }
});
