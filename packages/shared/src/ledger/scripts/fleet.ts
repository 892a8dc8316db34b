import { script } from './prelude.ts';

/**
 * KEYS workers, what keys of an hour's slot time begin with · ARGV id, slots (an object's JSON), ms that an hour is kept, then per worker
 * type: its name, ms of slots that were there and of those that were busy since the last sign of life.
 * Fields of an hour's hash: `slots <type>` and `busy <type>`, in ms; `minutes <type>`, of the hour, in which there were any, the last of
 * which is `minute <type>`.
 */
const signOfLife = `
local at = clock()
redis.call('HSET', KEYS[1], ARGV[1], '{"slots":' .. ARGV[2] .. ',"seenAt":' .. at .. '}')
local hour = KEYS[2] .. string.format('%.0f', math.floor(at / 3600000))
local minute = string.format('%.0f', math.floor(at / 60000) % 60)
for i = 4, #ARGV, 3 do
  local type = ARGV[i]
  redis.call('HINCRBY', hour, 'slots ' .. type, ARGV[i + 1])
  redis.call('HINCRBY', hour, 'busy ' .. type, ARGV[i + 2])
  if redis.call('HGET', hour, 'minute ' .. type) ~= minute then
    redis.call('HSET', hour, 'minute ' .. type, minute)
    redis.call('HINCRBY', hour, 'minutes ' .. type, 1)
  end
end
if #ARGV > 3 then redis.call('PEXPIRE', hour, ARGV[3]) end
return 1
`;

export const fleetScripts = { signOfLife: script(2, signOfLife) } as const;
