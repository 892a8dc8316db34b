import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { guardProcess } from '../../scripts/guardian.mjs';
import { hasEnded } from '../../scripts/processes.mjs';
import { ping } from '../../scripts/redis/ping.mjs';
import type { ServerProgram } from '../../scripts/redis/server.mjs';
import { until } from '../../e2e/until.ts';

const HOST = '127.0.0.1';
const READY_WITHIN = 60_000;

/** A Redis server on a port and a folder of its own, through any number of deaths. Settings are those of redis.conf. */
export class RedisServer {
  readonly host = HOST;
  readonly port: number;
  readonly folder: string;
  readonly #program: ServerProgram;
  readonly #settings: Readonly<Record<string, string>>;
  readonly #isSentinel: boolean;
  #child: ChildProcess | null = null;
  #output = '';

  constructor(
    program: ServerProgram,
    {
      port,
      folder,
      settings,
      isSentinel = false,
    }: {
      port: number;
      folder: string;
      settings: Readonly<Record<string, string>>;
      /** A Sentinel, whose settings are those of sentinel.conf. */
      isSentinel?: boolean;
    },
  ) {
    this.#program = program;
    this.port = port;
    this.folder = folder;
    this.#settings = settings;
    this.#isSentinel = isSentinel;
  }

  get url(): string {
    return `redis://${this.host}:${this.port}`;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  isAlive(): boolean {
    return this.#child !== null && !hasEnded(this.#child);
  }

  output(): string {
    return this.#output;
  }

  /** Resolves when it has loaded its data; `settings` hold for this life of it alone. */
  async start(settings: Readonly<Record<string, string>> = {}): Promise<void> {
    if (this.isAlive()) return;
    mkdirSync(this.folder, { recursive: true });
    const all = { port: String(this.port), bind: HOST, dir: this.folder, ...this.#settings, ...settings };
    const child = spawn(
      this.#program.program,
      this.#isSentinel ? this.#sentinelArguments(all) : argumentsOf(all),
      { cwd: this.folder, env: this.#program.environment, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
    );
    this.#child = child;
    const release = guardProcess(child.pid);
    child.once('close', release);
    const keep = (text: Buffer): void => {
      this.#output = (this.#output + text.toString()).slice(-20_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    await until(
      `Redis answers at ${this.url}`,
      async () => {
        if (hasEnded(child)) throw new Error(`Redis has not started in ${this.folder}:\n${this.#output}`);
        return (await ping({ host: HOST, port: this.port })).state === 'ready';
      },
      READY_WITHIN,
    );
  }

  /** It keeps what it learns in the file that it was started with. */
  #sentinelArguments(settings: Readonly<Record<string, string>>): string[] {
    const path = join(this.folder, 'sentinel.conf');
    const lines = Object.entries(settings).map(([name, value]) => `${name} ${value}\n`);
    if (!existsSync(path)) writeFileSync(path, lines.join(''));
    return [path, '--sentinel'];
  }

  signal(name: NodeJS.Signals): void {
    if (this.#child && !hasEnded(this.#child)) process.kill(this.pid, name);
  }

  /** SIGKILL; resolves when it is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || hasEnded(child)) return;
    const gone = once(child, 'exit');
    this.signal('SIGKILL');
    await gone;
  }

  /** Stands still for so long, with its connections open. */
  async pause(ms: number): Promise<void> {
    this.signal('SIGSTOP');
    try {
      await delay(ms);
    } finally {
      this.signal('SIGCONT');
    }
  }
}

function argumentsOf(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}
