import { statSync, truncateSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../../e2e/until.ts';
import type { GoalClient } from '../../evidence/goal-client.ts';
import type { Random } from '../../fuzz/random.ts';
import type { Lab } from '../../lab/lab.ts';
import { plannedGoal } from '../requests.ts';
import type { Acknowledging } from './acknowledging.ts';
import { FsyncWitness } from './fsync-witness.ts';

/** What one loss of power did. */
export interface Outage {
  /** Goals that were promised since the one before. */
  readonly promised: readonly string[];
  /** Of all that were ever promised, those that Redis no longer has. */
  readonly lost: readonly string[];
  /** What was written since the last sync that is known of, and how much of it was cut off. */
  readonly unsyncedBytes: number;
  readonly cutBytes: number;
  /** Redis found half a command at the file's end. */
  readonly isMidCommand: boolean;
}

export interface PowerSupply {
  readonly lab: Lab;
  readonly client: GoalClient;
  readonly random: Random;
  readonly how: Acknowledging;
  readonly newName: () => string;
}

const LANES = 3;
const TASKS = 4;
const PROMISED_WITHIN = 30_000;
/** Losses that come when no submission is under way, and ms from the last one to them, at most. */
const QUIET_SHARE = 0.7;
const LONGEST_QUIET = 400;
const REWRITTEN_WITHIN = 30_000;

/** The file that Redis appends to now, in its latest generation. */
async function currentFile({ redis }: Lab): Promise<string> {
  const files = await redis.aofFiles();
  const generation = (path: string): number => Number(/\.(\d+)\.incr\.aof$/.exec(path)?.[1] ?? 0);
  const [latest] = files.toSorted((left, right) => generation(right) - generation(left));
  if (latest === undefined) throw new Error('Redis has no append-only file.');
  return latest;
}

/** Submits until `isOver`; `onPromised` is told the moment of each 202. */
async function submitting(
  { client, random, newName, how }: PowerSupply,
  onPromised: () => void,
  isOver: () => boolean,
): Promise<void> {
  let left = random.int(...how.goalsOfLane);
  while (left > 0 && !isOver()) {
    const answer = await client.submit(plannedGoal(random, newName(), TASKS));
    if (answer.kind === 'accepted') {
      onPromised();
      left -= 1;
    } else await delay(50);
  }
}

/** Kills Redis at a random moment while goals come in, and leaves of its file what a disk might have of it. */
export async function losePower(supply: PowerSupply): Promise<Outage> {
  const { lab, client, random, how } = supply;
  const file = await currentFile(lab);
  const fileBytes = (): number => statSync(file).size;
  const before = new Set(client.goalIds);
  const witness = how.syncsLater ? new FsyncWitness(lab.redis.primary.url, fileBytes) : null;
  let bytesAtLastPromise = fileBytes();
  let promises = 0;
  let isOver = false;
  const onPromised = (): void => {
    bytesAtLastPromise = fileBytes();
    promises += 1;
  };
  const lanes = Array.from({ length: LANES }, () => submitting(supply, onPromised, () => isOver));
  await until('a goal is accepted', () => promises > 0, PROMISED_WITHIN);
  await delay(random.int(0, how.longestRound));
  isOver = true;
  // Else there are submissions under way, and what they are answered takes seconds.
  if (random.chance(QUIET_SHARE)) {
    await Promise.all(lanes);
    await delay(random.int(0, LONGEST_QUIET));
  }
  await lab.redis.kill();
  await Promise.all([...lanes, witness?.ended()]);

  const end = fileBytes();
  const least = witness === null ? bytesAtLastPromise : witness.syncedBytes;
  const cutTo = random.int(least, end);
  truncateSync(file, cutTo);
  await lab.redis.restart();
  const { primary } = lab.redis;
  const isMidCommand = /truncating/i.test(
    primary
      .output()
      .split(/Server initialized|oO0OoO0OoO0Oo/)
      .at(-1) ?? '',
  );
  const lost = await missing(lab, client.goalIds);
  await rewriteFile(lab);
  return {
    promised: client.goalIds.filter((goalId) => !before.has(goalId)),
    lost,
    unsyncedBytes: end - least,
    cutBytes: end - cutTo,
    isMidCommand,
  };
}

/**
 * What an operator must do after a loss of power. Redis that was cut off inside a MULTI leaves it open in its file, so that
 * the next start would put off what was written since, or drop it (valkey-io/valkey#4342).
 */
async function rewriteFile({ redis: { connection } }: Lab): Promise<void> {
  await connection.bgrewriteaof();
  await until(
    'the append-only file is rewritten',
    async () => {
      const info = await connection.info('persistence');
      return /^aof_rewrite_in_progress:0/m.test(info) && /^aof_last_rewrite_time_sec:\d/m.test(info);
    },
    REWRITTEN_WITHIN,
  );
}

async function missing({ redis, prefix }: Lab, goalIds: readonly string[]): Promise<string[]> {
  const exist = await Promise.all(
    goalIds.map((goalId) => redis.connection.exists(`{${prefix}}:goal:${goalId}`)),
  );
  return goalIds.filter((_, place) => exist[place] === 0);
}
