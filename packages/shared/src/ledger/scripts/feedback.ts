import { script } from './prelude.ts';

/** KEYS goal · ARGV tenant, feedback (an object's JSON), most of a goal, score → 'added' | 'gone' | 'open' | 'full'. */
const addFeedback = `
local record = redis.call('HMGET', KEYS[1], 'status', 'tenant', 'feedback', 'feedbackCount', 'feedbackScores')
if not record[1] or record[2] ~= ARGV[1] then return 'gone' end
if not terminal[record[1]] then return 'open' end
if tonumber(record[4] or 0) >= tonumber(ARGV[3]) then return 'full' end
local at = clock()
local entry = '{"at":' .. at .. ',' .. string.sub(ARGV[2], 2)
local score = '[' .. at .. ',' .. ARGV[4] .. ']'
redis.call('HSET', KEYS[1], 'feedback', record[3] and record[3] .. ',' .. entry or entry,
  'feedbackScores', record[5] and record[5] .. ',' .. score or score)
redis.call('HINCRBY', KEYS[1], 'feedbackCount', 1)
return 'added'
`;

export const feedbackScripts = { addFeedback: script(1, addFeedback) } as const;
