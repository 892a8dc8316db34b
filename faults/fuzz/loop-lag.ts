import { readFileSync } from 'node:fs';
import { sample } from '../../e2e/metrics.ts';
import { Connection } from './wire/connection.ts';
import { bytesOf, HOST, httpRequest } from './wire/http-request.ts';

/** What `perf_hooks` adds to every delay: its own period, in ms. */
const PERIOD = 10;
/** ms. */
const PATIENCE = 30_000;
const METRIC = 'baton_nodejs_eventloop_lag_max_seconds';

export interface Lag {
  /** The longest that the event loop stood still since the reading before, in ms. */
  readonly maxMs: number;
  /** How long, in all, the main thread was ready to run and the machine ran something else, in ms; 0 where unknown. */
  readonly waitedMs: number;
}

/** What Linux keeps of the main thread, in ms: how long it ran, and was ready to run and did not. NaN elsewhere. */
function mainThread(pid: number): { ran: number; waited: number } {
  try {
    const [ran, waited] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ');
    return { ran: Number(ran) / 1e6, waited: Number(waited) / 1e6 };
  } catch {
    return { ran: NaN, waited: NaN };
  }
}

/** Reads one process's event-loop lag through its `/metrics`; each reading starts the next one from zero. */
export class LagMeter {
  readonly #port: number;
  readonly #pid: number;
  #waited: number;

  constructor(port: number, pid: number) {
    this.#port = port;
    this.#pid = pid;
    this.#waited = mainThread(pid).waited;
  }

  /** Time that the main thread has run since it began, in ms; NaN where unknown. */
  spentMs(): number {
    return mainThread(this.#pid).ran;
  }

  async read(): Promise<Lag> {
    const connection = await Connection.open(this.#port, HOST);
    const [answer] = await connection.exchange([bytesOf(httpRequest('GET', '/metrics'))], {
      patience: PATIENCE,
    });
    connection.close();
    if (answer?.kind !== 'reply') throw new Error(`GET /metrics of process ${this.#pid}: ${answer?.kind}`);
    const seconds = sample(answer.reply.body.toString(), METRIC);
    if (seconds === null || Number.isNaN(seconds)) throw new Error(`Process ${this.#pid} has no ${METRIC}.`);
    const before = this.#waited;
    this.#waited = mainThread(this.#pid).waited;
    const waitedMs = this.#waited - before;
    return { maxMs: Math.max(0, seconds * 1_000 - PERIOD), waitedMs: Number.isNaN(waitedMs) ? 0 : waitedMs };
  }
}
