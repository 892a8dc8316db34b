import { runGoal } from './measure.mjs';

/** @typedef {import('./side.mjs').Side} Side */
/** @typedef {import('./workloads.mjs').Workload} Workload */

/**
 * One command as a client sent it.
 * @typedef {object} SentCommand
 * @property {number} at s since the epoch, Redis's own clock
 * @property {string} client address
 * @property {string} command
 * @property {readonly string[]} arguments
 */

/**
 * A goal on its own, and every command that clients sent to Redis meanwhile; what scripts run inside is not among them.
 * MONITOR slows everything, so nothing is timed here.
 * @param {import('ioredis').Redis} redis
 * @param {Side} side
 * @param {Workload} workload
 * @returns {Promise<SentCommand[]>}
 */
export async function traceGoal(redis, side, workload) {
  const monitor = await redis.monitor();
  /** @type {SentCommand[]} */
  const sent = [];
  monitor.on(
    'monitor',
    (
      /** @type {string} */ at,
      /** @type {string[]} */ [command = '', ...rest],
      /** @type {string} */ client,
    ) => {
      if (client !== 'lua')
        sent.push({ at: Number(at), client, command: command.toLowerCase(), arguments: rest });
    },
  );
  try {
    await runGoal(side, workload, 0, false);
    // Everything sent before this mark is seen before it.
    const mark = `bench-mark-${process.pid}`;
    const seen = new Promise((resolve) => {
      monitor.on('monitor', (_at, /** @type {string[]} */ args) => args[1] === mark && resolve(undefined));
    });
    await redis.echo(mark);
    await seen;
    return sent.filter(({ command }) => command !== 'echo');
  } finally {
    monitor.disconnect();
  }
}
