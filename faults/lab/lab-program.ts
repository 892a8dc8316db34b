import { pathToFileURL } from 'node:url';
import { startProgram, type Program } from '../../e2e/program.ts';
import { until } from '../../e2e/until.ts';
import type { TcpProxy } from '../proxy/tcp-proxy.ts';
import type { LabProgram, LabRole } from './lab.ts';
import { isStandingStill } from './process-state.ts';

/** The address of a folder of built files. */
export function rootOf(folder: string): URL {
  return pathToFileURL(folder.endsWith('/') ? folder : `${folder}/`);
}

const readyLines: Readonly<Record<LabRole, RegExp>> = {
  api: /listening on http:\/\//,
  planner: /listening on http:\/\//,
  worker: /taking tasks/,
};

export interface Place {
  readonly role: LabRole;
  readonly place: number;
  readonly redis: TcpProxy;
  readonly model: TcpProxy;
  readonly url: string | null;
  readonly environment: Readonly<Record<string, string>>;
  /** The folder of the built files; with a slash at its end. */
  readonly root: URL | undefined;
}

class ProgramInPlace implements LabProgram {
  readonly role: LabRole;
  readonly place: number;
  readonly redis: TcpProxy;
  readonly model: TcpProxy;
  readonly url: string | null;
  readonly #at: Place;
  #root: URL | undefined;
  #program: Program;
  #isGone = false;

  constructor(at: Place) {
    ({ role: this.role, place: this.place, redis: this.redis, model: this.model, url: this.url } = at);
    this.#at = at;
    this.#root = at.root;
    this.#program = this.#start({});
  }

  get pid(): number {
    return this.#program.pid;
  }

  get name(): string {
    return `${this.role} ${this.place}`;
  }

  output(): string {
    return this.#program.output();
  }

  isAlive(): boolean {
    return !this.#isGone;
  }

  isStopped(): boolean {
    return this.isAlive() && isStandingStill(this.pid);
  }

  kill(): Promise<void> {
    return this.#program.kill();
  }

  stop(): void {
    this.#program.signal('SIGSTOP');
  }

  resume(): void {
    this.#program.signal('SIGCONT');
  }

  async gone(withinMs: number): Promise<void> {
    await until(`${this.name} is gone`, () => !this.isAlive(), withinMs);
  }

  async stopped(withinMs: number): Promise<void> {
    await until(
      `${this.name} stands still`,
      () => {
        if (!this.isAlive())
          throw new Error(`${this.name} is gone instead of standing still:\n${this.output()}`);
        return this.isStopped();
      },
      withinMs,
    );
  }

  async replace(root?: string): Promise<void> {
    this.#program.signal('SIGTERM');
    const ending = await this.#program.exit();
    if (ending !== 0) throw new Error(`${this.name} ended with ${ending} on SIGTERM:\n${this.output()}`);
    if (root !== undefined) this.#root = rootOf(root);
    this.#program = this.#start({});
    await this.ready();
  }

  async restart(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.kill();
    this.#program = this.#start(environment);
    await this.ready();
  }

  async ready(): Promise<void> {
    await this.#program.printed(readyLines[this.role]);
  }

  #start(environment: Readonly<Record<string, string>>): Program {
    const name = this.role === 'worker' ? 'worker' : 'orchestrator';
    const program = startProgram(name, { ...this.#at.environment, ...environment }, this.#root);
    this.#isGone = false;
    void program.ended.then(() => {
      if (this.#program === program) this.#isGone = true;
    });
    return program;
  }
}

/** Resolves when it is ready. */
export async function startInPlace(place: Place): Promise<LabProgram> {
  const program = new ProgramInPlace(place);
  try {
    await program.ready();
    return program;
  } catch (error) {
    await program.kill();
    throw error;
  }
}
