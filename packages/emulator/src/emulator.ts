import { createServer, type Server } from 'node:http';
import { Emulation } from './api/emulation.ts';
import { route } from './api/routes.ts';
import type { EmulatorStats } from './calls/call-stats.ts';
import type { RecordedRequest } from './calls/request-log.ts';
import type { FaultRule } from './fault/fault.ts';
import { readFaultRules } from './fault/read-fault-rules.ts';

export interface EmulatorOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Milliseconds between the pieces of an answer; default {@link DEFAULTS}, 0 sends it at once. */
  readonly msPerChunk?: number;
  /** Requests, uncached input tokens and output tokens per minute and model. */
  readonly rpm?: number;
  readonly itpm?: number;
  readonly otpm?: number;
  /** From the creation of a batch to its results, in ms. */
  readonly batchDelayMs?: number;
  /** Larger request bodies get 413. */
  readonly maxBodyBytes?: number;
  /** The clock of rate limits and cache, in ms since the epoch. */
  readonly now?: () => number;
}

export interface Emulator {
  /** `http://host:port`: what `ANTHROPIC_BASE_URL` takes. */
  readonly url: string;
  /** Stops listening, cuts held connections, waits up to `graceMs` (default 5,000) for the answers under way. */
  close(graceMs?: number): Promise<void>;
  stats(): EmulatorStats;
  /** Adds faults after those already waiting. Throws a TypeError naming everything wrong with them. */
  inject(faults: readonly FaultRule[]): void;
  /** The latest requests, oldest first; at most `limit`. */
  requests(limit?: number): RecordedRequest[];
  /** Forgets faults, counts and requests; keeps rate limits and cache. */
  reset(): void;
}

export const DEFAULTS = {
  msPerChunk: 25,
  rpm: 1_000_000,
  itpm: 1_000_000_000,
  otpm: 1_000_000_000,
  maxBodyBytes: 32 * 1_048_576,
  batchDelayMs: 1_000,
} as const;

/** Starts an emulator of the Messages API. Rejects with the listen error when the port cannot be had. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, host = '127.0.0.1' } = options;
  const { rpm, itpm, otpm, msPerChunk, maxBodyBytes, batchDelayMs } = { ...DEFAULTS, ...options };
  const emulation = new Emulation({
    msPerChunk,
    maxBodyBytes,
    batchDelayMs,
    limits: { rpm, itpm, otpm },
    now: options.now ?? Date.now,
  });
  const stopping = new AbortController();
  const server = createServer((incoming, response) => {
    if (stopping.signal.aborted) response.shouldKeepAlive = false;
    response.once('close', () => {
      if (stopping.signal.aborted) server.closeIdleConnections();
    });
    void route(emulation, incoming, response, stopping.signal);
  });
  // Longer than the clients' own pools keep a socket, so that none is closed under a request.
  server.keepAliveTimeout = 65_000;
  await listening(server, port, host);
  let closed: Promise<void> | null = null;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${portOf(server)}`,
    close(graceMs = 5_000) {
      emulation.batches.close();
      closed ??= stop(server, stopping, graceMs);
      return closed;
    },
    stats: () => emulation.calls.stats(),
    inject(faults) {
      const read = readFaultRules(faults);
      if (!read.ok) throw new TypeError(`Fault rules: ${read.problems.join('; ')}`);
      emulation.faults.add(read.rules);
    },
    requests: (limit) => emulation.calls.requests(limit),
    reset() {
      emulation.faults.clear();
      emulation.calls.reset();
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function listening(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function stop(server: Server, stopping: AbortController, graceMs: number): Promise<void> {
  stopping.abort();
  await new Promise<void>((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
    server.closeIdleConnections();
  });
}
