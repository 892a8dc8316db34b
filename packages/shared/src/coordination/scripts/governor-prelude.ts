/**
 * KEYS of every script: state, waiting, in flight, away, due, places.
 *
 * A call is known by its ticket, `<number>|<input tokens>|<output tokens>|<job>`; numbers grow as calls come, so that equal urgencies
 * keep their order.
 * - `s`: the numbers of the model's state, by name; `save()` writes those that changed.
 * - Buckets fill by Redis's clock. A little of their size (`BRIM`) is never used: requests may reach the endpoint closer together than
 *   they were let go.
 */
const prelude = `
local BRIM = 0.98
local names = {
  'at', 'requestsLimit', 'requestsLevel', 'requestsTold', 'inputLimit', 'inputLevel', 'inputTold', 'outputLimit', 'outputLevel', 'outputTold',
  'pausedUntil', 'refusals', 'slots', 'slow', 'grownAt', 'halvedAt', 'failures', 'failedAt', 'spends', 'openUntil', 'openings', 'probe', 'probedUntil', 'stoppedUntil', 'arrivals', 'answeredAt',
  'inputRatio', 'outputMean', 'callMs', 'waitingInput', 'waitingOutput', 'keptAt', 'untold' }
local buckets = { 'requests', 'input', 'output' }
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local s, was = {}, {}
for i, value in ipairs(redis.call('HMGET', KEYS[1], unpack(names))) do
  s[names[i]] = value and tonumber(value) or nil
  was[names[i]] = s[names[i]]
end
local function save()
  local set, gone = {}, {}
  for _, name in ipairs(names) do
    if s[name] == nil and was[name] ~= nil then gone[#gone + 1] = name end
    if s[name] ~= nil and s[name] ~= was[name] then
      set[#set + 1] = name
      set[#set + 1] = string.format('%.17g', s[name])
    end
  end
  if #gone > 0 then redis.call('HDEL', KEYS[1], unpack(gone)) end
  if #set > 0 then redis.call('HSET', KEYS[1], unpack(set)) end
end
-- Redis's clock may be set back, or another server's may be behind: what is due then is as far off as it was.
local times = { 'at', 'pausedUntil', 'slow', 'grownAt', 'halvedAt', 'failedAt', 'openUntil', 'probedUntil', 'stoppedUntil', 'answeredAt', 'keptAt' }
local function rewind(ms)
  for _, name in ipairs(times) do s[name] = s[name] and s[name] - ms end
  if ms < 1000 then return end
  for _, key in ipairs({ KEYS[3], KEYS[5] }) do
    for _, ticket in ipairs(redis.call('ZRANGE', key, 0, -1)) do redis.call('ZINCRBY', key, -ms, ticket) end
  end
end
local function capacity(bucket) return s[bucket .. 'Limit'] * BRIM end
local function refill()
  if s.at and now < s.at then rewind(s.at - now) end
  local elapsed = now - (s.at or now)
  for _, bucket in ipairs(buckets) do
    local limit = s[bucket .. 'Limit']
    if limit then
      local level = (s[bucket .. 'Level'] or capacity(bucket)) + limit * elapsed / 60000
      s[bucket .. 'Level'] = math.min(capacity(bucket), level)
    end
  end
  s.at = now
end
local function adopt(bucket, limit)
  local known = s[bucket .. 'Limit']
  s[bucket .. 'Limit'] = limit
  local level = s[bucket .. 'Level']
  if known and level then s[bucket .. 'Level'] = level * limit / known end
  return known == nil
end
local function isKnown() return s.requestsLimit or s.inputLimit or s.outputLimit end
local function costs(ticket)
  local number, input, output, job = string.match(ticket, '^(%d+)|(%d+)|(%d+)|(.*)$')
  return { requests = 1, input = tonumber(input), output = tonumber(output) }, job, tonumber(number)
end
local function take(cost, sign)
  for _, bucket in ipairs(buckets) do
    local level = s[bucket .. 'Level']
    if level then s[bucket .. 'Level'] = level - sign * cost[bucket] end
  end
end
local function fit()
  for _, bucket in ipairs(buckets) do
    local level = s[bucket .. 'Level']
    if level then s[bucket .. 'Level'] = math.min(level, capacity(bucket)) end
  end
end
local function need(bucket, cost) return math.min(cost, capacity(bucket)) end
local function enter(key, urgency, ticket, until_)
  local cost = costs(ticket)
  if redis.call('ZADD', key, urgency, ticket) == 1 then
    s.waitingInput = (s.waitingInput or 0) + cost.input
    s.waitingOutput = (s.waitingOutput or 0) + cost.output
  end
  redis.call('ZADD', KEYS[5], until_, ticket)
end
local function leave(ticket)
  local cost, job = costs(ticket)
  if redis.call('ZREM', KEYS[2], ticket) + redis.call('ZREM', KEYS[4], ticket) > 0 then
    s.waitingInput = math.max(0, (s.waitingInput or 0) - cost.input)
    s.waitingOutput = math.max(0, (s.waitingOutput or 0) - cost.output)
  end
  redis.call('ZREM', KEYS[5], ticket)
  if job ~= '' and redis.call('HGET', KEYS[6], job) == ticket then redis.call('HDEL', KEYS[6], job) end
end
local function sweep()
  for _, ticket in ipairs(redis.call('ZRANGEBYSCORE', KEYS[5], '-inf', now, 'LIMIT', 0, 100)) do leave(ticket) end
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now)
end
`;

/** A script of the governor, as ioredis defines commands. */
export function governorScript(lua: string): { readonly lua: string; readonly numberOfKeys: number } {
  return { lua: prelude + lua, numberOfKeys: 6 };
}
