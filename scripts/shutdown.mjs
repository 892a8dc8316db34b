// 1. What was started last is stopped first, each thing once, one after the other.
// 2. The first signal stops everything in order; a second one, a second or more later, leaves at once and the guardian
//    kills what is left. The pause matters: npm forwards a Ctrl-C that the terminal has already delivered.
// 3. Nothing that starts during the stop is forgotten: what is deferred then is stopped right away.

import { reportFailure, say } from './progress.mjs';

const repeatedSignalMs = 1_000;
const orphanPollMs = 1_000;
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** @typedef {() => Promise<void> | void} Stop */

export class Shutdown {
  /** @type {Stop[]} */
  #stops = [];
  /** @type {Promise<void> | null} */
  #running = null;
  #signalledAt = 0;

  /** Whether a signal asked for it: what fails from then on is no news. */
  get signalled() {
    return this.#signalledAt > 0;
  }

  /** @param {Stop} stop */
  defer(stop) {
    if (this.#running) this.#running = this.#running.then(() => attempt(stop));
    else this.#stops.push(stop);
  }

  /** Stops everything, in reverse order. The same promise for every caller. */
  run() {
    this.#running ??= this.#runAll();
    return this.#running;
  }

  async #runAll() {
    for (let stop = this.#stops.pop(); stop; stop = this.#stops.pop()) await attempt(stop);
  }

  /**
   * Runs the shutdown and exits on SIGINT, SIGTERM and SIGHUP, and when the npm that started this process is gone.
   * @param {{ exitCode?: number }} [options] instead of 128 + signal
   */
  onSignals({ exitCode } = {}) {
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
      process.on(signal, () => this.#onSignal(exitCode ?? exitCodes[signal], exitCodes[signal]));
    }
    const parent = process.ppid;
    if (!process.env['npm_lifecycle_event'] || process.platform === 'win32') return;
    const watch = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(watch);
      this.#onSignal(exitCodes.SIGHUP, exitCodes.SIGHUP);
    }, orphanPollMs);
    watch.unref();
  }

  /** @param {number} orderly @param {number} forced */
  #onSignal(orderly, forced) {
    const now = performance.now();
    if (this.#signalledAt === 0) {
      this.#signalledAt = now;
      say('stopping (Ctrl-C again: at once)');
      void this.run().then(() => process.exit(orderly));
    } else if (now - this.#signalledAt > repeatedSignalMs) {
      process.exit(forced);
    }
  }
}

/**
 * The frame of every program here: runs the work, reports what failed, stops what was started, sets the exit code.
 * @param {(shutdown: Shutdown) => Promise<number>} work
 * @param {{ exitCodeOnSignal?: number }} [options]
 */
export async function runProgram(work, { exitCodeOnSignal } = {}) {
  const shutdown = new Shutdown();
  shutdown.onSignals(exitCodeOnSignal === undefined ? {} : { exitCode: exitCodeOnSignal });
  try {
    process.exitCode = await work(shutdown);
  } catch (error) {
    if (!shutdown.signalled) process.exitCode = reportFailure(error);
  } finally {
    await shutdown.run();
  }
}

/** @param {Stop} stop */
async function attempt(stop) {
  try {
    await stop();
  } catch (error) {
    say(`while stopping: ${error instanceof Error ? error.message : String(error)}`);
  }
}
