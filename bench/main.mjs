import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { setTimeout as delay } from 'node:timers/promises';
import { temporaryDirectory } from '../scripts/paths.mjs';
import { runHttpLanes, sizesOf } from './http/http-lanes.mjs';
import { httpReportText, unmeasuredHttp } from './http/http-report.mjs';
import { machineSeconds } from './measure.mjs';
import { modelLanes, runModelLanes } from './models/model-lanes.mjs';
import { describeRedis } from './redis-accounting.mjs';
import { othersText, reportText, unmeasured } from './report.mjs';
import { bothSides, runRounds } from './rounds.mjs';
import { scales } from './scale/halving.mjs';
import { measureScaling, scaleText } from './scale/scale.mjs';
import { createWorkloads } from './workloads.mjs';

const LONGEST_RUN = 10 * 60_000;
const MOST_ROUNDS = 15;
const EXIT_USAGE = 2;
const LOG_LINES = 20;
/** ms for which it looks how busy the machine is. */
const IDLE_WATCH = 2_000;
const subjects = ['flows', 'http', 'models', 'scale'];

const usage = `Usage: npm run bench -- [flows | http | models | scale] [--short] [--rounds <n>] [--json <file>] [--cpu-profiles <folder>]
  flows                     Baton whole against raw BullMQ flows; this unless given
  http                      the HTTP interface: streams of events, refused input, goals in batches
  models                    many processes before one endpoint: its limits and how they are used
  scale                     one backlog with 10, 20 and 40 slots, worker processes added in between
  --short, --quick          two short rounds, for a first look
  --rounds <n>              paired rounds, 1 to 15; 5 unless given
  --json <file>             also writes every round's figures
  --lane <name>             of the models: ${Object.keys(modelLanes).join(', ')}; all unless given
  --cpu-profiles <folder>   every process leaves a .cpuprofile there; the figures are slower then
`;

/** @param {string} text */
function say(text) {
  process.stderr.write(`${text}\n`);
}

/** @param {string} name @returns {name is 'flows' | 'http' | 'models' | 'scale'} */
function isSubject(name) {
  return subjects.includes(name);
}

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      short: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      json: { type: 'string' },
      'cpu-profiles': { type: 'string' },
      lane: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const [subject = 'flows', ...others] = positionals;
  if (others.length > 0 || !isSubject(subject)) {
    throw new RangeError(`"${positionals.join(' ')}" can't be measured: name one of ${subjects.join(', ')}.`);
  }
  const isShort = values.quick || values.short;
  const rounds = Number(values.rounds ?? (isShort ? 2 : 5));
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > MOST_ROUNDS) {
    throw new RangeError(`--rounds is "${values.rounds}": give a whole number from 1 to ${MOST_ROUNDS}.`);
  }
  if (values.lane !== undefined && !Object.hasOwn(modelLanes, values.lane)) {
    throw new RangeError(`--lane is "${values.lane}": name one of ${Object.keys(modelLanes).join(', ')}.`);
  }
  return { ...values, subject, isShort, rounds };
}

/** @param {string} problem @returns {never} */
function leave(problem) {
  say(problem);
  process.exit(EXIT_USAGE);
}

/** @returns {ReturnType<typeof readArguments>} */
function argumentsOrExit() {
  try {
    return readArguments();
  } catch (error) {
    return leave(`${/** @type {Error} */ (error).message}\n\n${usage}`);
  }
}

/** @param {ReturnType<typeof readArguments>} given @returns {import('./rounds.mjs').Plan} */
function planOf({ isShort, rounds }) {
  const { fanOut, dag } = createWorkloads();
  const lengths = isShort
    ? { warmUpMs: 600, manyMs: 1_200, loneShare: 0.4 }
    : { warmUpMs: 1_200, manyMs: 3_000, loneShare: 1 };
  return { ...lengths, rounds, workloads: [fanOut, dag], sides: bothSides };
}

/** @param {string} file */
function lastLines(file) {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-LOG_LINES).join('\n');
}

/**
 * @param {string} machine
 * @param {import('./rounds.mjs').RoundsOptions} options
 */
async function measureFlows(machine, options) {
  const plan = planOf(given);
  const measurements = await runRounds(plan, options);
  const others = othersText(measurements);
  const { rounds, warmUpMs, manyMs, loneShare, workloads } = plan;
  return {
    title: `Baton whole against raw BullMQ flows: ${rounds} paired rounds, medians (least–most)\n${machine}; ${others}`,
    text: `${reportText(measurements)}\n\n${unmeasured}`,
    json: { conditions: { machine, others, rounds, warmUpMs, manyMs, loneShare, workloads }, measurements },
  };
}

/**
 * @param {string} machine
 * @param {import('./rounds.mjs').RoundsOptions} options
 */
async function measureHttp(machine, options) {
  const { rounds } = given;
  const sizes = sizesOf(given.isShort);
  const before = machineSeconds();
  await delay(IDLE_WATCH);
  const after = machineSeconds();
  const busy = Math.round((100 * (after.busy - before.busy)) / (after.all - before.all));
  const others = `other programs used ${busy} % of the cores before it began`;
  const measurements = await runHttpLanes({ rounds, sizes }, options);
  return {
    title: `Baton's HTTP interface: ${rounds} rounds, medians (least–most)\n${machine}; ${others}`,
    text: `${httpReportText(measurements, sizes)}\n\n${unmeasuredHttp}`,
    json: { conditions: { machine, others, rounds, sizes }, measurements },
  };
}

/**
 * @param {string} machine
 * @param {import('./rounds.mjs').RoundsOptions} options
 */
async function measureModels(machine, options) {
  const lanes = given.lane === undefined ? Object.keys(modelLanes) : [given.lane];
  const reports = await runModelLanes({ lanes, isShort: given.isShort }, options);
  return {
    title: `Baton's model layer before the emulator\n${machine}`,
    text: Object.values(reports)
      .map(({ text }) => text)
      .join('\n\n'),
    json: {
      conditions: { machine },
      figures: Object.fromEntries(Object.entries(reports).map(([lane, { figures }]) => [lane, figures])),
    },
  };
}

/**
 * @param {string} machine
 * @param {import('./rounds.mjs').RoundsOptions} options
 */
async function measureScale(machine, options) {
  const size = given.isShort ? { goals: 4, taskMs: 2_000 } : { goals: 8, taskMs: 3_000 };
  const drains = await measureScaling(size, options);
  if (!scales(drains)) process.exitCode = 1;
  return {
    title: `A backlog and worker processes of ten slots: tasks that wait ${size.taskMs} ms for the model\n${machine}`,
    text: scaleText(drains),
    json: { conditions: { machine, ...size }, drains },
  };
}

const given = argumentsOrExit();
if (given.help) {
  process.stdout.write(usage);
  process.exit(0);
}
const redisUrl = process.env['REDIS_URL'];
if (!redisUrl) {
  leave('REDIS_URL is not set: run this as `npm run bench`, which brings a Redis of its own, or name one.');
}

const stop = new AbortController();
const timer = setTimeout(
  () => stop.abort(new Error('The benchmark took longer than ten minutes.')),
  LONGEST_RUN,
);
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, () => stop.abort(new Error(`The benchmark was stopped (${signal}).`)));
}
const folder = temporaryDirectory('bench');
const logFile = join(folder, 'processes.log');
const log = openSync(logFile, 'a');
const redis = new Redis(redisUrl, { maxRetriesPerRequest: 1 });
redis.on('error', (error) => say(`Redis: ${error.message}`));

try {
  const profiles = given['cpu-profiles'];
  const machine = `${availableParallelism()} cores, Node ${process.versions.node}, ${await describeRedis(redis)}`;
  const run = { flows: measureFlows, http: measureHttp, models: measureModels, scale: measureScale }[
    given.subject
  ];
  const { title, text, json } = await run(machine, {
    redis,
    redisUrl,
    signal: stop.signal,
    say,
    children: {
      nodeArguments: profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`],
      output: log,
    },
  });
  process.stdout.write(`\n${title}\n\n${text}\n`);
  if (given.json !== undefined) writeFileSync(given.json, `${JSON.stringify(json, null, 2)}\n`);
} catch (error) {
  say(
    `${/** @type {Error} */ (error).message}\nThe last lines of the measured processes:\n${lastLines(logFile)}`,
  );
  process.exitCode = 1;
} finally {
  clearTimeout(timer);
  redis.disconnect();
  closeSync(log);
  rmSync(folder, { recursive: true, force: true });
}
