import dgram from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';

/**
 * Runs with `refuse-network.js`, to prove that it detects every kind of connection. The addresses are
 * reserved for documentation (RFC 5737).
 */
const ways = [
  () => fetch('http://192.0.2.1/'),
  () => connect(80, '192.0.2.2'),
  () => connect({ port: 80, host: '192.0.2.3' }),
  () => lookup('name.invalid'),
  () => dgram.createSocket('udp4').send('x', 53, '192.0.2.4'),
  () =>
    new Promise((resolve) => {
      const code = "require('node:net').connect(80, '192.0.2.5')";
      new Worker(code, { eval: true }).on('error', resolve).on('exit', resolve);
    }),
];
for (const way of ways) {
  try {
    await way();
  } catch {
    // The guard has refused it, and the log says so.
  }
}
process.exit(0);
