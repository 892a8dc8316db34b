/** Of a request that waits for a batch, `batchRequests` holds `request:`, `job:`, `tries:` and, while it is in one, `batch:` with its id. */
interface Lua {
  readonly lua: string;
  readonly numberOfKeys: number;
}

function script(numberOfKeys: number, lua: string): Lua {
  return { lua: prelude + lua, numberOfKeys };
}

/** `isIn(requests, id, batch)`: the request is in that batch; '' stands for none. */
const prelude = `
local function clock()
  local time = redis.call('TIME')
  return string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
end
local function isIn(requests, id, batch)
  return redis.call('HEXISTS', requests, 'request:' .. id) == 1
    and (redis.call('HGET', requests, 'batch:' .. id) or '') == batch
end
local function finish(requests, pending, wakes, id)
  local job = redis.call('HGET', requests, 'job:' .. id)
  redis.call('HDEL', requests, 'request:' .. id, 'job:' .. id, 'tries:' .. id, 'batch:' .. id)
  redis.call('ZREM', pending, id)
  if job then redis.call('SADD', wakes, job) end
end
`;

/** KEYS requests, journal, unsupported · ARGV custom id, entry, job → ['failed', failure] | ['waiting'] | ['unsupported'] | ['none']. */
const askBatch = `
local failure = redis.call('HGET', KEYS[2], 'failure:' .. ARGV[2])
if failure then return { 'failed', failure } end
if redis.call('HEXISTS', KEYS[1], 'request:' .. ARGV[1]) == 1 then
  redis.call('HSET', KEYS[1], 'job:' .. ARGV[1], ARGV[3])
  return { 'waiting' }
end
return { redis.call('EXISTS', KEYS[3]) == 1 and 'unsupported' or 'none' }
`;

/**
 * KEYS requests, pending, journal · ARGV custom id, entry, request, job
 * → 1, or 0 when it is there, or was and has ended: whoever puts it may have stood still meanwhile.
 */
const putBatchRequest = `
if redis.call('HEXISTS', KEYS[3], 'response:' .. ARGV[2]) == 1 or redis.call('HEXISTS', KEYS[3], 'failure:' .. ARGV[2]) == 1 then
  return 0
end
redis.call('HSET', KEYS[1], 'job:' .. ARGV[1], ARGV[4])
if redis.call('HSETNX', KEYS[1], 'request:' .. ARGV[1], ARGV[3]) == 0 then return 0 end
redis.call('ZADD', KEYS[2], clock(), ARGV[1])
return 1
`;

/** Takes what still waits into a batch that is about to be sent. KEYS requests, pending, batches · ARGV batch, what is known of it, custom ids → those taken. */
const claimBatch = `
local taken = {}
for i = 3, #ARGV do
  if redis.call('ZREM', KEYS[2], ARGV[i]) == 1 and redis.call('HEXISTS', KEYS[1], 'request:' .. ARGV[i]) == 1 then
    redis.call('HSET', KEYS[1], 'batch:' .. ARGV[i], ARGV[1])
    taken[#taken + 1] = ARGV[i]
  end
end
if #taken > 0 then redis.call('HSET', KEYS[3], ARGV[1], ARGV[2]) end
return taken
`;

/** KEYS batches · ARGV batch, what is known of it → 1, or 0 when somebody has given it up. */
const noteBatch = `
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
`;

/** Gives a batch up: what is in it waits again. KEYS requests, pending, batches · ARGV batch, custom ids → how many. */
const releaseBatch = `
local released = 0
for i = 2, #ARGV do
  if isIn(KEYS[1], ARGV[i], ARGV[1]) then
    redis.call('HDEL', KEYS[1], 'batch:' .. ARGV[i])
    redis.call('ZADD', KEYS[2], clock(), ARGV[i])
    released = released + 1
  end
end
redis.call('HDEL', KEYS[3], ARGV[1])
return released
`;

/** One request of a batch waits again. KEYS requests, pending · ARGV batch, custom id → 1, or 0 when it is not in that batch. */
const returnRequest = `
if not isIn(KEYS[1], ARGV[2], ARGV[1]) then return 0 end
redis.call('HDEL', KEYS[1], 'batch:' .. ARGV[2])
redis.call('HINCRBY', KEYS[1], 'tries:' .. ARGV[2], 1)
redis.call('ZADD', KEYS[2], clock(), ARGV[2])
return 1
`;

/**
 * A request leaves, and its job is to be woken.
 * KEYS requests, pending, wakes, goal, journal · ARGV batch ('' for one in none), custom id, entry, failure ('' for none)
 * → 1, or 0 when it is not in that batch.
 */
const finishRequest = `
if not isIn(KEYS[1], ARGV[2], ARGV[1]) then return 0 end
if ARGV[4] ~= '' and redis.call('EXISTS', KEYS[4]) == 1 then
  redis.call('HSETNX', KEYS[5], 'failure:' .. ARGV[3], ARGV[4])
  local ttl = redis.call('PTTL', KEYS[4])
  if ttl > 0 then redis.call('PEXPIRE', KEYS[5], ttl) end
end
finish(KEYS[1], KEYS[2], KEYS[3], ARGV[2])
return 1
`;

export const batchScripts = {
  askBatch: script(3, askBatch),
  putBatchRequest: script(3, putBatchRequest),
  claimBatch: script(3, claimBatch),
  noteBatch: script(1, noteBatch),
  releaseBatch: script(3, releaseBatch),
  returnRequest: script(2, returnRequest),
  finishRequest: script(5, finishRequest),
} as const;
