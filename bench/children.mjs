import { fork } from 'node:child_process';

const READY_WITHIN = 20_000;
const ENDED_WITHIN = 10_000;

/**
 * @typedef {object} ChildOptions
 * @property {readonly string[]} nodeArguments
 * @property {number} output file descriptor that takes what the process writes
 */

/**
 * @typedef {object} Child
 * @property {string} name
 * @property {() => Promise<number>} cpuSeconds of user and system time since it began
 * @property {() => Promise<void>} stop
 */

/** @typedef {{ kind: 'ready' } | { kind: 'failed', message: string } | { kind: 'usage', cpuSeconds: number }} FromChild */
/** @typedef {{ kind: 'usage' } | { kind: 'stop' }} ToChild */

/**
 * Forks a program that calls `serveParent`, and waits until it says that it is ready.
 * @param {string} name
 * @param {URL} program
 * @param {object} settings for the program
 * @param {ChildOptions} options
 * @returns {Promise<Child>}
 */
export async function startChild(name, program, settings, { nodeArguments, output }) {
  const child = fork(program, [JSON.stringify(settings)], {
    execArgv: [...nodeArguments],
    stdio: ['ignore', output, output, 'ipc'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));

  /** @param {ToChild} message */
  function tell(message) {
    // One that is just going can't be told: its end is heard by itself.
    if (child.connected) child.send(message, () => undefined);
  }

  /** @param {FromChild['kind']} kind @param {number} ms @returns {Promise<FromChild>} */
  function hear(kind, ms) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => finish(new Error(`The process "${name}" did not answer "${kind}" in ${ms} ms.`)),
        ms,
      );
      /** @param {FromChild | Error} heard */
      function finish(heard) {
        clearTimeout(timer);
        child.off('message', onMessage);
        child.off('exit', onExit);
        if (heard instanceof Error) reject(heard);
        else resolve(heard);
      }
      /** @param {unknown} message */
      function onMessage(message) {
        const heard = /** @type {FromChild} */ (message);
        if (heard.kind === 'failed') finish(new Error(`The process "${name}" failed: ${heard.message}`));
        else if (heard.kind === kind) finish(heard);
      }
      /** @param {number | null} code */
      function onExit(code) {
        finish(new Error(`The process "${name}" ended with code ${code}.`));
      }
      child.on('message', onMessage);
      child.on('exit', onExit);
    });
  }

  async function stop() {
    tell({ kind: 'stop' });
    const timer = setTimeout(() => child.kill('SIGKILL'), ENDED_WITHIN);
    if (child.exitCode === null && child.signalCode === null) await ended;
    clearTimeout(timer);
  }

  try {
    await hear('ready', READY_WITHIN);
    return {
      name,
      async cpuSeconds() {
        const answer = hear('usage', READY_WITHIN);
        tell({ kind: 'usage' });
        const usage = await answer;
        return usage.kind === 'usage' ? usage.cpuSeconds : 0;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
