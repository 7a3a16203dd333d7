import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { decodeMessage, encodeMessage } from '../../src-main/contract/wire.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';
import { HostKeeper } from '../../src-main/server/host-keeper.ts';
import { connectPage, exchangeCode } from '../fixtures/page-connection.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { attack, hostileFrames, idle } from './attack.ts';

const seed = 20_261_129;
const connections = 2000;
const atOnce = 16;

/**
 * A real host, as `lacss serve` runs it, under attack by other programs. In order: each test continues after
 * the one before.
 */
describe('a running host', () => {
  const folder = temporaryFolder();
  const said: string[] = [];
  let keeper: HostKeeper;
  let address: string;
  let secret: string;
  let port: number;
  let pid: number;
  let atRest: number;

  beforeAll(async () => {
    vi.stubEnv('LACSS_DATA', folder);
    mkdirSync(join(folder, 'empty'));
    keeper = new HostKeeper({ version: '1.2.3', roots: [folder], log: (line) => said.push(line) });
    address = await keeper.start();
    port = Number(new URL(address).port);
    secret = (await exchangeCode(address))!;
    pid = hostPid();
    await answersPage();
    atRest = await settled();
  });
  afterAll(async () => {
    await keeper.close();
    vi.unstubAllEnvs();
  });

  function hostPid(): number {
    const [file] = readdirSync(join(folder, 'served'));
    return Number.parseInt(file!, 10);
  }

  /** Descriptors of the host, files and sockets alike; 0 where the system does not report them. */
  function descriptors(): number {
    return process.platform === 'linux' ? readdirSync(`/proc/${pid}/fd`).length : 0;
  }

  function memoryMb(): number {
    if (process.platform !== 'linux') return 0;
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
  }

  /** The number of descriptors after ended connections are closed. */
  async function settled(): Promise<number> {
    let last = -1;
    // Longer than the host lets a connection wait for a request.
    await vi.waitFor(
      () => {
        const now = descriptors();
        const isSteady = now === last;
        last = now;
        expect(isSteady).toBe(true);
      },
      { timeout: 60_000, interval: 6000 },
    );
    return last;
  }

  async function ask(socket: WebSocket): Promise<unknown> {
    const answer = new Promise((resolve) =>
      socket.once('message', (data) => resolve(decodeMessage(data as Buffer))),
    );
    socket.send(encodeMessage({ type: 'request', job: 3, name: 'host.describe', params: {} }));
    return answer;
  }

  async function answersPage(): Promise<void> {
    const { socket } = await connectPage(address, secret);
    expect(await ask(socket)).toMatchObject({ type: 'result', job: 3, value: { version: '1.2.3' } });
    socket.close();
  }

  test(`answers after ${connections} hostile connections, and keeps none of them`, async () => {
    const random = new SeededRandom(seed, 'connections');
    let left = connections;
    const attackOn = async (): Promise<void> => {
      while (left-- > 0) await attack({ port, random: () => random.uniform() });
    };
    await Promise.all(Array.from({ length: atOnce }, attackOn));
    await answersPage();
    expect(hostPid()).toBe(pid);
    expect(said).toEqual([]);
    await vi.waitFor(() => expect(descriptors()).toBeLessThanOrEqual(atRest), {
      timeout: 120_000,
      interval: 1000,
    });
  });

  test('answers after pages that have proved who they are and send nonsense', async () => {
    const random = new SeededRandom(seed, 'frames');
    for (let page = 0; page < 100; page++) {
      const { socket } = await connectPage(address, secret);
      for (let i = 0; i < 5; i++) socket.send(hostileFrames(() => random.uniform()));
      if (page % 2 === 0) socket.terminate();
      else await new Promise((resolve) => socket.once('close', resolve).close());
    }
    await answersPage();
    expect(said).toEqual([]);
  });

  test('idle connections keep no page out, and are closed', async () => {
    const { socket } = await connectPage(address, secret);
    const idlers: Socket[] = [];
    for (let i = 0; i < 1100; i++) idlers.push(await idle(port));
    // An open page stays open, and a new one can connect.
    expect(await ask(socket)).toMatchObject({ type: 'result' });
    await answersPage();
    expect(descriptors()).toBeLessThan(atRest + 100);
    socket.close();
    // Only the host closes them.
    await vi.waitFor(() => expect(idlers.every(({ destroyed }) => destroyed)).toBe(true), {
      timeout: 120_000,
      interval: 1000,
    });
  });

  test('a frame of 300 MB is not taken, from a page neither', async () => {
    const before = memoryMb();
    const { socket } = await connectPage(address, secret);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.send(new Uint8Array(300 * 2 ** 20), () => undefined);
    expect([1006, 1009]).toContain(await closed);
    await answersPage();
    if (process.platform === 'linux') expect(memoryMb() - before).toBeLessThan(150);
  });

  test('it is still the same process', () => {
    expect(hostPid()).toBe(pid);
    expect(said).toEqual([]);
  });
});
