import { script } from './prelude.ts';

/**
 * Keeps what was made of an ended goal, for as long as the goal itself. KEYS goal, digest · ARGV the end that it was made of, digest
 * → 1, or 0 when the goal goes on, has ended another time, or is gone.
 */
const keepDigest = `
local record = redis.call('HMGET', KEYS[1], 'status', 'finishedAt')
if not record[1] or not terminal[record[1]] or record[2] ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[2])
local left = redis.call('PTTL', KEYS[1])
if left > 0 then redis.call('PEXPIRE', KEYS[2], left) end
return 1
`;

/**
 * Some of a goal's events, without the others leaving Redis. KEYS events · ARGV id after which to look, most to look at, names of events
 * → [id after which to look next, '' at the end, then per event: its name, time and data].
 */
const pickEvents = `
local wanted = {}
for i = 3, #ARGV do wanted[ARGV[i]] = true end
local page = redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+', 'COUNT', ARGV[2])
local reply = { #page == tonumber(ARGV[2]) and page[#page][1] or '' }
for _, entry in ipairs(page) do
  local fields = entry[2]
  if wanted[fields[2]] then
    for at = 2, 6, 2 do reply[#reply + 1] = fields[at] end
  end
end
return reply
`;

export const digestScripts = {
  keepDigest: script(2, keepDigest),
  pickEvents: script(1, pickEvents),
} as const;
