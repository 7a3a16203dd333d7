import { isProof, makeProof, randomText, textField } from '../../src-main/contract/handshake.ts';
import type { Answer, Hello } from '../../src-main/contract/handshake.ts';

/** Time limit of the handshake, because a stranger may never answer. */
const patienceMs = 10_000;

/**
 * The page's side of the handshake of `contract/handshake.ts`, on a WebSocket that is connecting.
 * @returns the host's token; `stranger` if the other side does not prove that it knows the secret; null if
 *   the connection ended before
 */
export async function shakeHands(
  socket: WebSocket,
  secret: string,
): Promise<{ token: string } | 'stranger' | null> {
  const next = messagesOf(socket);
  const cut = setTimeout(() => socket.close(), patienceMs);
  try {
    if (!(await hasOpened(socket))) return null;
    const pageNonce = randomText();
    socket.send(JSON.stringify({ hello: pageNonce } satisfies Hello));
    const challenge = await next();
    if (challenge === null) return null;
    const [instance, hostNonce, proof] = ['instance', 'nonce', 'proof'].map((field) =>
      textField(challenge, field),
    );
    if (!instance || !hostNonce || !proof) return 'stranger';
    const exchange = { instance, pageNonce, hostNonce };
    if (!(await isProof(proof, secret, 'host', exchange))) return 'stranger';
    const answer: Answer = { proof: await makeProof(secret, 'page', exchange) };
    socket.send(JSON.stringify(answer));
    const welcome = await next();
    const token = welcome === null ? null : textField(welcome, 'token');
    return token === null ? null : { token };
  } finally {
    clearTimeout(cut);
  }
}

function hasOpened(socket: WebSocket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.addEventListener('open', () => resolve(true), { once: true });
    socket.addEventListener('close', () => resolve(false), { once: true });
  });
}

/** A function that waits for the next text message; null when the connection ends. */
function messagesOf(socket: WebSocket): () => Promise<string | null> {
  return () =>
    new Promise((resolve) => {
      socket.addEventListener(
        'message',
        ({ data }: MessageEvent<unknown>) => resolve(typeof data === 'string' ? data : ''),
        { once: true },
      );
      socket.addEventListener('close', () => resolve(null), { once: true });
    });
}
