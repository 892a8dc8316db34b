import { expect, test } from 'vitest';
import type { CallEnd } from './call-end.ts';
import { plainPurpose } from './call-purpose.ts';
import { withGovernor, type Governor, type PlannedCall } from './governor.ts';
import { LaterError, ModelError, type LlmRequest, type RateLimits } from './llm.ts';
import { plainResponse, scriptedLlm, type ScriptLine } from './testing/scripted-llm.ts';

const request: LlmRequest = {
  model: 'm',
  system: 'abc',
  messages: [{ role: 'user', shared: 'abcdef', text: 'abc' }],
  maxTokens: 77,
  jsonSchema: null,
};
const failure = (type: string, status: number | null = null): ModelError =>
  new ModelError(type, { failure: { kind: 'retryable', retryAfterMs: null }, type, status });

function governed(
  { waitedMs = 0, isDown = false, refuse = null as Error | null } = {},
  ...lines: readonly ScriptLine[]
) {
  const asked: PlannedCall[] = [];
  const ends: CallEnd[] = [];
  const learnt: RateLimits[] = [];
  const governor: Governor = {
    async admit(call) {
      asked.push(call);
      if (refuse) throw refuse;
      return {
        waitedMs,
        grantedAt: 1_000 * asked.length,
        learn: (limits) => void learnt.push(limits),
        async settle(end) {
          ends.push(end);
          return { isDown };
        },
      };
    },
  };
  const llm = scriptedLlm(...lines);
  const purpose = { ...plainPurpose, urgency: 5, job: { queue: 'tasks', id: 'g.1.0' } };
  const { signal } = new AbortController();
  const wrapped = withGovernor(llm, governor, purpose);
  return {
    asked,
    ends,
    learnt,
    llm,
    call: (more: object = {}) => wrapped.call(request, { signal, ...more }),
  };
}

test('a call is asked for by what it will use, and settled by what it used', async () => {
  const { asked, ends, call } = governed({}, {});
  await call();
  expect(asked).toEqual([
    {
      model: 'm',
      inputTokens: 4,
      mostOutputTokens: 77,
      urgency: 5,
      job: 'tasks/g.1.0',
      hasFailed: false,
    },
  ]);
  expect(ends).toEqual([{ kind: 'answered', usage: plainResponse.usage }]);
});

test('a call that is not let go sends nothing, and is not settled', async () => {
  const later = new LaterError('later', 1);
  const { llm, ends, call } = governed({ refuse: later }, {});
  await expect(call()).rejects.toBe(later);
  expect([llm.requests, ends]).toEqual([[], []]);
});

test('what a response tells of limits is passed on, to both', async () => {
  const limits: RateLimits = {
    requests: { perMinute: 1, remaining: 0 },
    inputTokens: null,
    outputTokens: null,
  };
  const { learnt, call } = governed({}, async (_request, { onLimits }) => {
    onLimits?.(limits);
    return plainResponse;
  });
  const heard: RateLimits[] = [];
  await call({ onLimits: (said: RateLimits) => heard.push(said) });
  expect([learnt, heard]).toEqual([[limits], [limits]]);
});

test('after a long wait the caller is asked whether the call may still go', async () => {
  const { llm, ends, call } = governed({ waitedMs: 5_000 }, {});
  await expect(call({ mayRetry: async () => false })).rejects.toMatchObject({
    failure: { kind: 'cancelled' },
  });
  expect(ends).toEqual([{ kind: 'unsent' }]);
  await call({ mayRetry: async () => true });
  expect(llm.requests).toHaveLength(1);
});

test('after a short one it is not', async () => {
  const { call } = governed({ waitedMs: 10 }, {});
  await call({ mayRetry: () => Promise.reject(new Error('asked')) });
});

test('failures of a call are counted from its first try, and told to be an outage where nobody fares better', async () => {
  const down = governed({ isDown: true }, failure('api_error', 500), failure('api_error', 500));
  await expect(down.call()).rejects.toMatchObject({ failure: { isOutage: true } });
  await expect(down.call()).rejects.toMatchObject({ type: 'api_error', status: 500 });
  expect(down.ends).toEqual([
    { kind: 'failed', isLost: false, failures: 1, since: 1_000 },
    { kind: 'failed', isLost: false, failures: 2, since: 1_000 },
  ]);
  expect(down.asked.map(({ hasFailed }) => hasFailed)).toEqual([false, true]);

  const error = failure('api_error', 500);
  await expect(governed({}, error).call()).rejects.toBe(error);
});

test('a call that may have been paid for is told as lost, and is nobody’s outage', async () => {
  const cut = failure('connection_error');
  const { ends, call } = governed({ isDown: true }, async (_request, { onLost }) => {
    onLost?.();
    throw cut;
  });
  let lost = 0;
  await expect(call({ onLost: () => (lost += 1) })).rejects.toBe(cut);
  expect(ends).toMatchObject([{ kind: 'failed', isLost: true }]);
  expect(lost).toBe(1);
});
