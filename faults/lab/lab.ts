/**
 * A whole Baton on this machine whose every part can be hurt: real processes, a real Redis (and a replica), the emulator,
 * a receiver of webhooks, and a TCP proxy in front of each thing that a process talks to.
 */
import type { TcpProxy } from '../proxy/tcp-proxy.ts';
import type { ToolEffect } from '../evidence/evidence.ts';
import type { LabRedis, RedisOptions } from './lab-redis.ts';
import type { WebhookSink } from './webhook-sink.ts';
import type { EmulatorControl } from '../../e2e/emulator.ts';

export type LabRole = 'api' | 'planner' | 'worker';

/** One of Baton's processes in its place: when it dies, `restart` puts the next one there. */
export interface LabProgram {
  readonly role: LabRole;
  /** Counts from 0 within the role. */
  readonly place: number;
  /** Of the process that is there now. */
  readonly pid: number;
  /** What this process, and no other, talks to Redis and to the model through. They outlive it. */
  readonly redis: TcpProxy;
  readonly model: TcpProxy;
  /** `http://…` of the API role; null for the others. Stays the same over restarts. */
  readonly url: string | null;
  /** Everything the process that is there now has printed. */
  output(): string;
  isAlive(): boolean;
  /** True while it stands still, by SIGSTOP from outside or by a failpoint of its own. */
  isStopped(): boolean;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  stop(): void;
  resume(): void;
  /** Resolves when it is gone, by itself or by a failpoint. Rejects after `withinMs`. */
  gone(withinMs: number): Promise<void>;
  /** Resolves when it stands still. Rejects after `withinMs`. */
  stopped(withinMs: number): Promise<void>;
  /**
   * SIGTERM, and the next one when it has drained; resolves when that is ready. Rejects when the exit code is another than 0.
   * @param root Baton's built files for the next one and those after it, where they are others
   */
  replace(root?: string): Promise<void>;
  /** Kills what is left and starts the next one, with more environment for it alone; resolves when it is ready. */
  restart(environment?: Readonly<Record<string, string>>): Promise<void>;
}

export interface LabOptions {
  readonly apis?: number;
  readonly planners?: number;
  readonly workers?: number;
  /** ms; 1,500 and 500 unless given. */
  readonly lockDuration?: number;
  readonly stalledInterval?: number;
  readonly redis?: RedisOptions;
  /** For every program of Baton, beside what the lab itself sets. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly emulator?: Readonly<Record<string, string>>;
  /** Baton's built files are taken from here, instead of the repository: a build with a planted bug. */
  readonly root?: string;
}

export interface Lab {
  readonly apis: readonly LabProgram[];
  readonly planners: readonly LabProgram[];
  readonly workers: readonly LabProgram[];
  readonly programs: readonly LabProgram[];
  readonly redis: LabRedis;
  readonly emulator: EmulatorControl;
  readonly sink: WebhookSink;
  /** What the tools of its workers have done, in the order in which they did it. */
  effects(): readonly ToolEffect[];
  readonly prefix: string;
  readonly lockDuration: number;
  readonly stalledInterval: number;
  /** Sound again: every program alive and running, every proxy clear, Redis up. */
  heal(): Promise<void>;
  close(): Promise<void>;
}
