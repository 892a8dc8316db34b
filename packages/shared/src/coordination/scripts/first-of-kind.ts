/** A key holds `?` and its first's token while that one is at it, and `!` and what it left behind once it is done. */

/** KEYS key · ARGV token, lease in ms, ms to remember it from now on or '' → ['first'] | ['under_way'] | ['done', value]. */
const askFirst = `
local held = redis.call('GET', KEYS[1])
if not held then
  redis.call('SET', KEYS[1], '?' .. ARGV[1], 'PX', ARGV[2])
  return { 'first' }
end
if held == '?' .. ARGV[1] then return { 'first' } end
if string.sub(held, 1, 1) ~= '!' then return { 'under_way' } end
if ARGV[3] ~= '' then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
return { 'done', string.sub(held, 2) }
`;

/** KEYS key · ARGV token, lease in ms → 1, or 0 when the claim is lost. */
const renewFirst = `
if redis.call('GET', KEYS[1]) ~= '?' .. ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`;

/**
 * What was done after its claim had run out still counts, unless somebody else has claimed it since.
 * KEYS key · ARGV token, then value and ms to remember it when it was done → 1, or 0 when it is another's.
 */
const endFirst = `
local held = redis.call('GET', KEYS[1])
if held and held ~= '?' .. ARGV[1] then return 0 end
if ARGV[2] then redis.call('SET', KEYS[1], '!' .. ARGV[2], 'PX', ARGV[3]) else redis.call('DEL', KEYS[1]) end
return 1
`;

export const firstOfKindScripts = {
  askFirst: { lua: askFirst, numberOfKeys: 1 },
  renewFirst: { lua: renewFirst, numberOfKeys: 1 },
  endFirst: { lua: endFirst, numberOfKeys: 1 },
} as const;
