import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { LacssError } from '../../src-main/contract/errors.ts';
import { downMessage } from '../../src-main/contract/messages.ts';
import type { DownMessage } from '../../src-main/contract/messages.ts';
import { thumbnailUrl, tileUrl } from '../../src-main/contract/urls.ts';
import { decodeMessage, encodeMessage } from '../../src-main/contract/wire.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';
import { Site } from '../fixtures/site.ts';
import { connectWindow } from '../fixtures/socket-window.ts';
import type { SocketWindow } from '../fixtures/socket-window.ts';
import { attack } from '../server/attack.ts';
import { faultCodes } from './fault-codes.ts';
import { mutate } from './mutate.ts';
import { sampleRequests } from './sample-requests.ts';
import { makeTemplateProject } from './template-project.ts';

export interface HostFuzzOptions {
  seed: number;
  /** Number of changed requests. */
  cases: number;
  /** Cases per project. The next round begins with a new one. */
  casesPerRound: number;
  /** The first round. A stopped run continues with the next one. @default 0 */
  from?: number;
  /** Ends after this time too, between two rounds. */
  minutes?: number;
  /** An empty folder of its own. */
  folder: string;
  /** Where to keep inputs that do harm. */
  findings: string;
  /** Ends after the round. */
  signal?: AbortSignal;
  onSample?: (sample: HostSample, round: number) => void;
}

/** Resources of the host and its processes between two rounds, when there are no requests. */
export interface HostSample {
  /** Memory of each process in MB, by the file it runs. */
  memoryMb: Record<string, number>;
  descriptors: Record<string, number>;
  /** Leftover files in the folder for temporary files, and unfinished ones in the project. */
  temporaryFiles: number;
}

export interface HostFuzzReport {
  cases: number;
  answered: number;
  refused: number;
  /** Messages that need no answer: the connection ends, or they are dropped. */
  unanswered: number;
  pixels: number;
  strangers: number;
  findings: string[];
  samples: HostSample[];
}

const windows = 3;
/** One connection without a proof per this many cases. */
const casesPerStranger = 5;
/** Longest wait for an answer: ten times the limit of 5 s, since other work may run beside it. */
const answerWithinMs = 50_000;

/**
 * Attacks a real host with a real project: changed requests and frames of authenticated windows, changed
 * addresses of pixels, and connections without a proof. The host must answer, stay the same process, and
 * release all resources afterwards.
 */
export async function fuzzHost(options: HostFuzzOptions): Promise<HostFuzzReport> {
  const { cases, from = 0, minutes = Number.POSITIVE_INFINITY, folder, onSample } = options;
  const report: HostFuzzReport = {
    cases: 0,
    answered: 0,
    refused: 0,
    unanswered: 0,
    pixels: 0,
    strangers: 0,
    findings: [],
    samples: [],
  };
  await mkdir(join(folder, 'tmp'), { recursive: true });
  await mkdir(options.findings, { recursive: true });
  const site = new Site(folder);
  const startedAt = performance.now();
  const isTimeLeft = (): boolean =>
    options.signal?.aborted !== true && performance.now() - startedAt < minutes * 60_000;
  try {
    for (let round = from; report.cases < cases && isTimeLeft(); round++) {
      await rm(site.projectFolder, { recursive: true, force: true });
      await makeTemplateProject(site.projectFolder);
      await site.reach();
      await new Round(site, options, report, round, await messagesFor(site)).run(
        Math.min(options.casesPerRound, cases - report.cases),
      );
      await closeProject(site);
      site.disconnect();
      const sample = await takeSample(site);
      report.samples.push(sample);
      onSample?.(sample, round);
    }
  } finally {
    if (site.program.said.includes('unexpectedly')) report.findings.push(site.program.said);
    site.stop();
  }
  return report;
}

/** Closes the project. The host may still count a window whose connection has just ended. */
async function closeProject({ window, project }: Site): Promise<void> {
  const deadline = performance.now() + answerWithinMs;
  for (;;) {
    const { heldBy } = await answered('project.close', window.ask('project.close', { project }));
    if (heldBy === null) return;
    if (performance.now() > deadline) throw new Error(`The project is still held by a ${heldBy}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Requests that the host accepts for its project. */
async function messagesFor({ window, project, view, projectFolder, folder }: Site): Promise<DownMessage[]> {
  const image = view!.images[0]!.id;
  const { ids } = await answered('locations.read', window.ask('locations.read', { project, image }));
  const asked = window.ask('foreground.candidates', { project, image });
  const { candidates } = await answered('foreground.candidates', asked);
  return sampleRequests({
    project,
    image,
    model: 'tiny-1',
    folder: projectFolder,
    parent: folder,
    point: ids[0]!,
    maskSha256: candidates[2]!.maskSha256,
  });
}

/** One project under attack. */
class Round {
  readonly #site: Site;
  readonly #options: HostFuzzOptions;
  readonly #report: HostFuzzReport;
  readonly #round: number;
  readonly #messages: readonly DownMessage[];

  constructor(
    site: Site,
    options: HostFuzzOptions,
    report: HostFuzzReport,
    round: number,
    messages: readonly DownMessage[],
  ) {
    this.#site = site;
    this.#options = options;
    this.#report = report;
    this.#round = round;
    this.#messages = messages;
  }

  async run(cases: number): Promise<void> {
    let left = cases;
    const pid = this.#site.program.find('host');
    const work = Array.from({ length: windows }, async (_, window) => {
      let connection: SocketWindow | null = null;
      while (left > 0) {
        const number = --left;
        connection ??= await connectWindow(this.#site.address.url, this.#site.address.secret);
        const isOpen = await this.#tryOne(connection, number);
        this.#report.cases++;
        if (!isOpen) connection = null;
      }
      connection?.close();
      return window;
    });
    const random = new SeededRandom(this.#options.seed, this.#round, 'strangers');
    const port = Number(new URL(this.#site.address.url).port);
    for (let n = 0; n < cases / casesPerStranger; n++) {
      await attack({ port, random: () => random.uniform() });
      this.#report.strangers++;
    }
    await Promise.all(work);
    if (this.#site.program.find('host') !== pid) this.#found(-1, 'the host was started again');
  }

  /** @returns whether the connection is still open */
  async #tryOne(connection: SocketWindow, number: number): Promise<boolean> {
    const random = new SeededRandom(this.#options.seed, this.#round, number);
    if (random.chance(0.1)) {
      await this.#askForPixels(connection.token, random, number);
      return true;
    }
    const bytes = random.chance(0.2) ? encodeMessage(this.#pick(random)) : this.#changed(random);
    const job = jobOf(bytes);
    const answer = job === null ? null : connection.window.answerTo(job);
    connection.sendBytes(bytes);
    if (answer === null) {
      this.#report.unanswered++;
      return this.#isStillOpen(connection, number, bytes);
    }
    try {
      const value = await within(answer);
      this.#report.answered++;
      await this.#letGo(connection, value);
    } catch (error) {
      if (!(error instanceof LacssError)) return this.#lostAt(connection, number, bytes, error);
      this.#report.refused++;
      if (faultCodes.has(error.code)) await this.#keep(number, bytes, `${error.code} ${error.message}`);
    }
    return true;
  }

  /** A project that a changed request has created or opened would stay open. */
  async #letGo({ window }: SocketWindow, value: unknown): Promise<void> {
    if (value === null || typeof value !== 'object' || !('revision' in value) || !('id' in value)) return;
    if (value.id === this.#site.project) return;
    await answered('project.close', window.askAnything('project.close', { project: value.id }));
  }

  /**
   * After any message, the host answers the next request, or has ended this connection and accepts a new one.
   */
  async #isStillOpen(connection: SocketWindow, number: number, bytes: Uint8Array): Promise<boolean> {
    const asked = connection.window.ask('host.describe', {});
    const end = await within(Promise.race([asked, connection.closed])).catch((error: unknown) => error);
    if (end === hung) await this.#keep(number, bytes, 'hang: no request is answered any more');
    return typeof end === 'object' && !(end instanceof Error);
  }

  async #lostAt(
    connection: SocketWindow,
    number: number,
    bytes: Uint8Array,
    error: unknown,
  ): Promise<boolean> {
    if (error === hung) await this.#keep(number, bytes, 'hang: no answer');
    else await this.#keep(number, bytes, `the connection ended: ${String(error)}`);
    connection.close();
    return false;
  }

  #pick(random: SeededRandom): DownMessage {
    const message = this.#messages[random.integer(this.#messages.length)]!;
    if (message.type === 'cancel' || !hasEdit(message.params)) return message;
    // The host makes each edit only once, by its id.
    return { ...message, params: { ...message.params, edit: randomUUID() } };
  }

  /** A message with changed parameters, one changed in its structure, or one changed as bytes. */
  #changed(random: SeededRandom): Uint8Array {
    const message = this.#pick(random);
    if (message.type === 'cancel' || random.chance(0.2))
      return mutate(random, this.#messages.map(encodeMessage));
    const isOfParams = random.chance(0.8);
    const text = JSON.stringify(isOfParams ? message.params : message);
    const changed = mutate(random, [new TextEncoder().encode(text)]);
    try {
      const value: unknown = JSON.parse(new TextDecoder().decode(changed));
      return encodeMessage(isOfParams ? { ...message, params: value } : value);
    } catch {
      return mutate(random, [encodeMessage(message)]);
    }
  }

  async #askForPixels(token: string, random: SeededRandom, number: number): Promise<void> {
    const { project, view, address } = this.#site;
    const { id: image, pixels } = view!.images[0]!;
    const tile = { project, image, pixels, t: 0, z: 0, c: 0, level: 0, row: 0, column: 0 };
    const seeds = [tileUrl(tile), thumbnailUrl({ project, image, pixels, size: 96 })];
    const encoded = seeds.map((url) => new TextEncoder().encode(`/${url}`));
    const path = Buffer.from(random.chance(0.2) ? encoded[0]! : mutate(random, encoded)).toString('latin1');
    const status = await within(getStatus(address.url, path.replaceAll(/[^!-~]/g, '%00'), token)).catch(
      () => hung,
    );
    this.#report.pixels++;
    if (status === hung) this.#found(number, `hang: ${path}`);
    else if (typeof status === 'number' && status >= 500) this.#found(number, `${status}: ${path}`);
  }

  async #keep(number: number, bytes: Uint8Array, what: string): Promise<void> {
    const path = join(this.#options.findings, `host-${this.#options.seed}-${this.#round}-${number}.bin`);
    await writeFile(path, bytes);
    this.#found(number, `${what} (${path})`);
  }

  #found(number: number, what: string): void {
    this.#report.findings.push(`seed ${this.#options.seed} round ${this.#round} case ${number}: ${what}`);
  }
}

function hasEdit(params: unknown): params is { edit: string } {
  return typeof params === 'object' && params !== null && 'edit' in params;
}

const hung = new Error('no answer');

/** @throws {@link hung} */
async function within<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const guard = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(hung), answerWithinMs);
  });
  return Promise.race([promise, guard]).finally(() => clearTimeout(timer));
}

/** @throws Error naming the request that got no answer */
async function answered<T>(name: string, answer: Promise<T>): Promise<T> {
  return within(answer).catch((error: unknown) => {
    throw error === hung ? new Error(`hang: no answer to ${name}`) : error;
  });
}

/** The job that the host must answer; `null` if the message is none. */
function jobOf(bytes: Uint8Array): number | null {
  try {
    const message = downMessage.safeParse(decodeMessage(bytes));
    return message.success && message.data.type === 'request' ? message.data.job : null;
  } catch {
    return null;
  }
}

/** Sends a request without the normalisation of fetch. Resolves with 0 if the connection is ended instead. */
function getStatus(url: string, path: string, token: string): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const headers = { Authorization: `Bearer ${token}` };
    const asked = request({ host: hostname, port, path, headers, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    asked.on('error', () => resolve(0)).end();
  });
}

async function takeSample(site: Site): Promise<HostSample> {
  const sample: HostSample = { memoryMb: {}, descriptors: {}, temporaryFiles: 0 };
  for (const [role, pid] of site.program.roles()) {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    sample.memoryMb[role] = Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024);
    sample.descriptors[role] = readdirSync(`/proc/${pid}/fd`).length;
  }
  const files = await readdir(site.folder, { recursive: true });
  sample.temporaryFiles = files.filter((file) => file.endsWith('.tmp')).length;
  sample.temporaryFiles += (await readdir(site.temporary)).filter((name) => name.startsWith('lacss-')).length;
  return sample;
}
