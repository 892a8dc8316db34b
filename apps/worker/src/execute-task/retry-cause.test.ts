import { expect, it } from 'vitest';
import { LaterError, ModelError } from '@baton/shared/model/llm';
import { ParkedCall } from '@baton/shared/model/parked-call';
import { RetryLaterError } from '@baton/shared/model/retrying-llm';
import { JobAborted, NotYet, type AbortCause } from '@baton/shared/queue/job-worker';
import { retryCause } from './retry-cause.ts';
import { JournalUnavailable } from './task-failure.ts';

const limited = new ModelError('slow down', {
  failure: { kind: 'retryable', retryAfterMs: 3_600_000 },
  type: 'rate_limit_error',
});

it.each<[Error, string | null]>([
  [new LaterError('Not now.', 1), 'later'],
  [new RetryLaterError(1, limited), 'later'],
  [new ParkedCall(), null],
  [new NotYet(1), null],
  [new JournalUnavailable(new Error('gone')), 'redis'],
  [new JobAborted('lock_lost'), 'lock_lost'],
  [new Error('boom'), 'error'],
])('%o makes a task run again because of %s', (error, cause) => {
  expect(retryCause(error, new AbortController().signal)).toBe(cause);
});

it.each<[AbortCause, string | null]>([
  ['shutdown', 'shutdown'],
  ['lock_lost', 'lock_lost'],
  ['goal_ended', null],
])('whatever a run that was aborted (%s) throws, that is why: %s', (aborted, cause) => {
  expect(retryCause(new Error('cut off'), AbortSignal.abort(new JobAborted(aborted)))).toBe(cause);
});
