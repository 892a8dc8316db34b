import { mayAct } from './may-act.ts';
import { script } from './prelude.ts';

/**
 * KEYS goal, tasks, journal · ARGV entry, place, lease, retries
 * → ['ended'] when the goal has, or another run took the place over | ['recorded', result] | ['begun', 1 when another run has begun it
 * before, else 0]. Sent twice by the same run, it answers alike.
 */
const beginToolCall = `${mayAct}
if not mayAct(KEYS[1], KEYS[2], ARGV[2], ARGV[3], ARGV[4]) then return { 'ended' } end
local result = redis.call('HGET', KEYS[3], 'toolResult:' .. ARGV[1])
if result then return { 'recorded', result } end
redis.call('HSETNX', KEYS[3], 'toolBegun:' .. ARGV[1], ARGV[3])
return { 'begun', redis.call('HGET', KEYS[3], 'toolBegun:' .. ARGV[1]) == ARGV[3] and 0 or 1 }
`;

/**
 * Keeps a result, also of a run that was taken over: what a tool has done is done.
 * KEYS goal, journal · ARGV entry, result → the result that counts: this one, or the one that was there; nil when the goal is gone.
 */
const recordToolCall = `
local ttl = redis.call('PTTL', KEYS[1])
if ttl == -2 then return nil end
redis.call('HSETNX', KEYS[2], 'toolResult:' .. ARGV[1], ARGV[2])
if ttl > 0 then redis.call('PEXPIRE', KEYS[2], ttl) end
return redis.call('HGET', KEYS[2], 'toolResult:' .. ARGV[1])
`;

/**
 * Keeps the tools that a step first offered; equal lists are kept once.
 * KEYS goal, journal · ARGV entry, digest, list → nil when this list holds, or the goal is gone; else the first one.
 */
const keepTools = `
local ttl = redis.call('PTTL', KEYS[1])
if ttl == -2 then return nil end
redis.call('HSETNX', KEYS[2], 'toolsOf:' .. ARGV[1], ARGV[2])
local digest = redis.call('HGET', KEYS[2], 'toolsOf:' .. ARGV[1])
if digest ~= ARGV[2] then return redis.call('HGET', KEYS[2], 'tools:' .. digest) end
redis.call('HSETNX', KEYS[2], 'tools:' .. digest, ARGV[3])
if ttl > 0 then redis.call('PEXPIRE', KEYS[2], ttl) end
return nil
`;

export const toolCallScripts = {
  beginToolCall: script(3, beginToolCall),
  recordToolCall: script(2, recordToolCall),
  keepTools: script(2, keepTools),
} as const;
