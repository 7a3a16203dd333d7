import type { WebSocket } from 'ws';
import { isProof, makeProof, randomText, textField } from '../contract/handshake.ts';
import type { Challenge, Welcome } from '../contract/handshake.ts';
import type { Gate } from './gate.ts';

/**
 * The host's side of the handshake of `contract/handshake.ts`.
 * @param onAdmitted - called after the page's proof of the secret, before the answer
 */
export function admitPage(webSocket: WebSocket, gate: Gate, onAdmitted: () => void): void {
  const refuse = (): void => webSocket.terminate();
  webSocket.once('message', (hello, isBinary) => {
    const pageNonce = isBinary ? null : textField(asText(hello), 'hello');
    if (pageNonce === null) return refuse();
    const exchange = { instance: gate.instance, pageNonce, hostNonce: randomText() };
    webSocket.once('message', (answer, isBinaryToo) => {
      const proof = isBinaryToo ? null : textField(asText(answer), 'proof');
      if (proof === null) return refuse();
      isProof(proof, gate.secret, 'page', exchange)
        .then((isRight) => {
          if (!isRight) return refuse();
          if (webSocket.readyState !== webSocket.OPEN) return;
          onAdmitted();
          webSocket.send(JSON.stringify({ token: gate.token } satisfies Welcome), () => undefined);
        })
        .catch(refuse);
    });
    makeProof(gate.secret, 'host', exchange)
      .then((proof) => {
        const { instance, hostNonce: nonce } = exchange;
        const challenge: Challenge = { instance, nonce, proof };
        webSocket.send(JSON.stringify(challenge), () => undefined);
      })
      .catch(refuse);
  });
}

function asText(data: unknown): string {
  return Buffer.isBuffer(data) ? data.toString('utf8') : '';
}
