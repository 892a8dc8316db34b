import { describe, expect, it } from 'vitest';
import { isRedisFailure } from './failure.ts';

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });

describe('a failure of Redis', () => {
  it.each([
    new Error('Command timed out'),
    new Error('connect ECONNREFUSED 127.0.0.1:6379'),
    named('MaxRetriesPerRequestError', 'Reached the max retries per request limit (which is 1).'),
    named('ReplyError', "OOM command not allowed when used memory > 'maxmemory'. script: abc"),
    named('ReplyError', "READONLY You can't write against a read only replica."),
    named(
      'ReplyError',
      'ERR Error running script (call to f_1): @user_script:1: -READONLY You can not write',
    ),
    named('ReplyError', 'EXECABORT Transaction discarded because of previous errors.'),
  ])('is one that passes: %s', (error) => {
    expect(isRedisFailure(error)).toBe(true);
  });

  it.each([
    named('ReplyError', 'ERR user_script:3: Expected value but found invalid token'),
    named('ReplyError', 'WRONGTYPE Operation against a key holding the wrong kind of value'),
    new Error('The worker made a mistake'),
    'OOM',
    null,
  ])('is not a fault of the work: %s', (error) => {
    expect(isRedisFailure(error)).toBe(false);
  });
});
