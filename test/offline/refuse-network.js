import { appendFileSync } from 'node:fs';
import dgram from 'node:dgram';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

/**
 * Loaded first in every process of a run that must not use the network (`NODE_OPTIONS=--require=…`, which
 * also reaches threads). It refuses every connection beyond loopback and writes it to the file
 * `LACSS_TEST_NETWORK_LOG`. HTTP, TLS and `fetch` all connect through `net`.
 */
const log = process.env.LACSS_TEST_NETWORK_LOG;

/** @param {unknown} host */
function isLoopback(host) {
  return (
    host === undefined ||
    host === null ||
    host === '' ||
    /^(localhost|127(\.\d+){3}|::1|::ffff:127(\.\d+){3})$/.test(String(host))
  );
}

/** @param {string} what */
function refuse(what) {
  if (log !== undefined) appendFileSync(log, `${process.argv.slice(1).join(' ')}: ${what}\n`);
  throw new Error(`Refused by the test without network: ${what}`);
}

const { connect } = net.Socket.prototype;
/** @this {net.Socket} @param {...any} words */
net.Socket.prototype.connect = function (...words) {
  // Either the caller's arguments, or node's internal form: options and callback in one list.
  const [first, second] = Array.isArray(words[0]) ? words[0] : words;
  const isPath = typeof first === 'string' && Number.isNaN(Number(first));
  const host =
    typeof first === 'object' && first !== null
      ? first.host
      : typeof second === 'string'
        ? second
        : undefined;
  const path = typeof first === 'object' && first !== null ? first.path : isPath ? first : undefined;
  if (path === undefined && !isLoopback(host)) refuse(`connect ${String(host)}`);
  return Reflect.apply(connect, this, words);
};

for (const name of Object.keys(dns)) {
  if (!/^(lookup|resolve|reverse)/.test(name)) continue;
  for (const room of [dns, dns.promises]) {
    const original = Reflect.get(room, name);
    if (typeof original !== 'function') continue;
    Reflect.set(room, name, (/** @type {[unknown, ...unknown[]]} */ ...words) => {
      if (!isLoopback(words[0])) refuse(`dns.${name} ${String(words[0])}`);
      return Reflect.apply(original, room, words);
    });
  }
}

for (const name of /** @type {const} */ (['send', 'connect'])) {
  const original = dgram.Socket.prototype[name];
  /** @this {dgram.Socket} @param {...any} words */
  dgram.Socket.prototype[name] = function (...words) {
    const host = words.slice(1).find((word) => typeof word === 'string');
    if (!isLoopback(host)) refuse(`dgram.${name} ${String(host)}`);
    return Reflect.apply(original, this, words);
  };
}

syncBuiltinESMExports();
