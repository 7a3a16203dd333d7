import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';

const server = '/usr/sbin/sshd';

/** Whether this computer has OpenSSH's server. Without it, tests of a tunnel are skipped by name. */
export const hasSshServer = existsSync(server);

/** A separate OpenSSH server on this computer, for tunnels to its ports. */
export class SshServer {
  readonly #folder: string;
  readonly #port: number;
  readonly #server: ChildProcess;

  private constructor(folder: string, port: number, process: ChildProcess) {
    this.#folder = folder;
    this.#port = port;
    this.#server = process;
  }

  /** @param folder - for its keys */
  static async start(folder: string): Promise<SshServer> {
    for (const name of ['host', 'user'])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
    await copyFile(join(folder, 'user.pub'), join(folder, 'authorized'));
    const port = await freePort();
    const lines = [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${join(folder, 'host')}`,
      `AuthorizedKeysFile ${join(folder, 'authorized')}`,
      `PidFile ${join(folder, 'sshd.pid')}`,
      'StrictModes no',
      'UsePAM no',
    ];
    await writeFile(join(folder, 'sshd_config'), `${lines.join('\n')}\n`);
    // The server wants this folder if it runs as root.
    if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
    const process = spawn(server, ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: 'ignore' });
    await listening(port);
    return new SshServer(folder, port, process);
  }

  /** Runs `ssh -L from:127.0.0.1:to`. */
  async tunnel(from: number, to: number): Promise<ChildProcess> {
    const client = spawn(
      'ssh',
      [
        ...['-N', '-L', `${from}:127.0.0.1:${to}`, '-p', `${this.#port}`, '-i', join(this.#folder, 'user')],
        ...['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '127.0.0.1'],
      ],
      { stdio: 'ignore' },
    );
    await listening(from);
    return client;
  }

  async stop(): Promise<void> {
    await ended(this.#server);
  }
}

/** Ends a process, and waits until it has ended. */
export async function ended(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  process.kill();
  await once(process, 'exit');
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Resolves once something accepts connections at this port. */
async function listening(port: number): Promise<void> {
  for (;;) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('connect', () => socket.destroy());
      socket.on('error', () => undefined);
      socket.on('close', (failed) => resolve(!failed));
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
