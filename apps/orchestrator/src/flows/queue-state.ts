import type { RedisConnection } from '@baton/shared/redis/connection';

/** A job that is the next one of its list or priority. */
export interface HeadJob {
  /** JSON. */
  readonly data: string;
  /** When it was added, in ms since the epoch by the clock of who added it. */
  readonly timestamp: number;
  /** When it was last started, in ms since the epoch by its worker's clock; 0 when it never was. */
  readonly processedOn: number;
}

export interface QueueState {
  /** Redis's time of this look, in ms since the epoch. */
  readonly now: number;
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  /** When the first delayed job that is due became so, or null: it waits like the others, and counts among them. */
  readonly dueSince: number | null;
  /** Nobody takes its jobs until it is resumed. */
  readonly isPaused: boolean;
  readonly heads: readonly HeadJob[];
  /** The first priority with jobs whose head is not among these; null when there is none. */
  readonly nextPriority: number | null;
}

/** A queue, and where to begin among its priorities: 0 for all of it. */
export interface QueueLook {
  readonly queue: string;
  readonly fromPriority: number;
}

/** Priorities of a queue in one look. */
const PRIORITIES_PER_LOOK = 64;

/**
 * Reads BullMQ's own keys, as 6.7 lays them out: `prioritized` is scored by priority × 2^32 plus a count, so that the first
 * job of each priority is found without reading the others; `delayed` is scored by due time in ms × 2^12, and a due job stays
 * there until a worker asks for jobs, which none does where a type is scaled to nothing. A paused queue keeps its jobs in
 * `wait` and `prioritized`; older releases moved them to `paused`.
 *
 * KEYS wait, paused, active, prioritized, delayed, meta · ARGV what every job's key begins with, the priority to begin with
 * → now, waiting, active, delayed, due since or '', next priority or '', 1 when paused, then data, timestamp and processedOn of each head.
 */
const READ_QUEUE_STATE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local due = redis.call('ZCOUNT', KEYS[5], '-inf', string.format('(%.0f', (now + 1) * 4096))
local dueSince = ''
if due > 0 then
  dueSince = string.format('%.0f', math.floor(redis.call('ZRANGE', KEYS[5], 0, 0, 'WITHSCORES')[2] / 4096))
end
local waiting = redis.call('LLEN', KEYS[1]) + redis.call('LLEN', KEYS[2]) + redis.call('ZCARD', KEYS[4]) + due
local delayed = redis.call('ZCARD', KEYS[5]) - due
local reply = { now, waiting, redis.call('LLEN', KEYS[3]), delayed, dueSince, '', redis.call('HEXISTS', KEYS[6], 'paused') }
local function tell(id)
  local job = redis.call('HMGET', ARGV[1] .. id, 'data', 'timestamp', 'processedOn')
  if not job[1] then return end
  for i = 1, 3 do reply[#reply + 1] = job[i] or '0' end
end
if ARGV[2] == '0' then
  for i = 1, 2 do
    local id = redis.call('LINDEX', KEYS[i], -1)
    if id then tell(id) end
  end
end
local from = ARGV[2]
for look = 0, ${PRIORITIES_PER_LOOK} do
  local score = string.format('%.0f', from * 4294967296)
  local head = redis.call('ZRANGEBYSCORE', KEYS[4], score, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  if not head[1] then break end
  local priority = math.floor(head[2] / 4294967296)
  if look == ${PRIORITIES_PER_LOOK} then
    reply[6] = priority
  else
    tell(head[1])
    from = priority + 1
  end
end
return reply
`;

const COMMAND = 'batonQueueState';
const states = ['wait', 'paused', 'active', 'prioritized', 'delayed', 'meta'];
/** Clients that know the script. */
const defined = new WeakSet<object>();

function read([
  now,
  waiting,
  active,
  delayed,
  dueSince,
  next,
  paused,
  ...jobs
]: readonly unknown[]): QueueState {
  const heads: HeadJob[] = [];
  for (let at = 0; at < jobs.length; at += 3) {
    const [data, timestamp, processedOn] = jobs.slice(at, at + 3);
    heads.push({ data: String(data), timestamp: Number(timestamp), processedOn: Number(processedOn) });
  }
  return {
    now: Number(now),
    waiting: Number(waiting),
    active: Number(active),
    delayed: Number(delayed),
    dueSince: dueSince === '' ? null : Number(dueSince),
    isPaused: paused === 1,
    heads,
    nextPriority: next === '' ? null : Number(next),
  };
}

/** The results of commands that were sent together; rejects with the first failure. */
export async function together(
  redis: RedisConnection,
  commands: readonly (readonly (string | number)[])[],
): Promise<unknown[]> {
  if (commands.length === 0) return [];
  const replies = (await redis.pipeline(commands.map((command) => [...command])).exec()) ?? [];
  return replies.map(([error, reply]) => {
    if (error) throw error;
    return reply;
  });
}

/**
 * The state of each queue, in their order. One round trip. Each queue costs Redis about a dozen commands, and two more per list and
 * per priority that is looked at, however many jobs it holds.
 */
export async function readQueueStates(
  redis: RedisConnection,
  prefix: string,
  looks: readonly QueueLook[],
): Promise<QueueState[]> {
  // Defining it again would send the whole script again.
  if (!defined.has(redis))
    redis.defineCommand(COMMAND, { lua: READ_QUEUE_STATE, numberOfKeys: states.length });
  defined.add(redis);
  const commands = looks.map(({ queue, fromPriority }) => {
    const base = `${prefix}:${queue}:`;
    return [COMMAND, ...states.map((state) => base + state), base, fromPriority];
  });
  return (await together(redis, commands)).map((reply) => read(reply as unknown[]));
}
