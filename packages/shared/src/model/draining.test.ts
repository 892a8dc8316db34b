import { expect, test, vi } from 'vitest';
import type { CallEnd } from './call-end.ts';
import { plainPurpose } from './call-purpose.ts';
import { cancelledError } from './classify-error.ts';
import { alone } from './coordination.ts';
import { coordinationUnlessDraining, sleepUnlessDraining, unlessDraining } from './draining.ts';
import { withGovernor, type Governor } from './governor.ts';
import { withJournal, type Journal } from './journaled-llm.ts';
import { LaterError, ModelError, type LlmRequest } from './llm.ts';
import { pricesWith } from './prices.ts';
import { withRetries } from './retrying-llm.ts';
import { sleepUnlessCancelled } from './sleep-unless-cancelled.ts';
import { withSharedCalls } from './shared-calls.ts';
import { scriptedLlm } from './testing/scripted-llm.ts';

const request: LlmRequest = { model: 'm', system: '', messages: [], maxTokens: 1, jsonSchema: null };
const never = new AbortController().signal;

function journal() {
  const told: string[] = [];
  const kept: Journal = {
    begin: async () => (told.push('begin'), { kind: 'started', repeated: false }),
    mayGoOn: async () => true,
    record: async () => void told.push('record'),
    abandon: async () => void told.push('abandon'),
    lose: async () => void told.push('lose'),
  };
  return { told, kept };
}

test('a call that was sent before the drain is answered and kept; the next is not begun, and its job runs again at once', async () => {
  const draining = new AbortController();
  const { told, kept } = journal();
  const llm = scriptedLlm({ text: 'there' });
  const during = {
    call: async (...call: Parameters<typeof llm.call>) => (draining.abort(), llm.call(...call)),
  };
  const caller = unlessDraining(withJournal(during, kept, pricesWith({})), draining.signal);
  const options = { step: 'work', attempt: 1, signal: never };
  expect(await caller.call(request, options)).toMatchObject({ response: { text: 'there' } });
  const error = await caller.call(request, options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LaterError);
  expect(error).toMatchObject({ delayMs: 0 });
  expect(told).toEqual(['begin', 'record']);
  expect(llm.requests).toHaveLength(1);
});

test('a call that waits to be sent again is not, and its beginning is taken back', async () => {
  const draining = new AbortController();
  const { told, kept } = journal();
  const llm = scriptedLlm(
    new ModelError('busy', {
      failure: { kind: 'retryable', retryAfterMs: 20_000 },
      type: 'overloaded_error',
    }),
  );
  const retried = withRetries(llm, {
    random: () => 0,
    sleep: sleepUnlessDraining(sleepUnlessCancelled, draining.signal),
    onRetry: () => setImmediate(() => draining.abort()),
  });
  const caller = withJournal(retried, kept, pricesWith({}));
  await expect(caller.call(request, { step: 'work', attempt: 1, signal: never })).rejects.toBeInstanceOf(
    LaterError,
  );
  expect(told).toEqual(['begin', 'abandon']);
});

test.each([false, true])(
  'a cancelled wait is a cancelled call, while the process drains: %s',
  async (drains) => {
    const caller = new AbortController();
    const draining = new AbortController();
    const sleep = sleepUnlessDraining(sleepUnlessCancelled, draining.signal);
    caller.abort();
    if (drains) draining.abort();
    await expect(sleep(60_000, caller.signal)).rejects.toMatchObject({ failure: { kind: 'cancelled' } });
  },
);

function fleetOf(admit: Governor['admit']) {
  const draining = new AbortController();
  const asked: string[] = [];
  const firsts = { ask: async (what: string) => (asked.push(what), { kind: 'under_way' as const }) };
  const fleet = coordinationUnlessDraining({ ...alone, governor: { admit }, firsts }, draining.signal);
  return { draining, asked, fleet };
}

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(cancelledError({ requestId: null })), { once: true });
  });

test('a call that waits for a limit waits no longer, and is put back', async () => {
  const { draining, fleet } = fleetOf((_call, signal) => untilAborted(signal));
  const llm = scriptedLlm();
  const call = withGovernor(llm, fleet.governor, plainPurpose).call(request, { signal: never });
  draining.abort();
  await expect(call).rejects.toMatchObject({ name: 'LaterError', delayMs: 0 });
});

test('a call that is let go as the process begins to stop is not sent, and gives its place back', async () => {
  const ends: CallEnd[] = [];
  const { draining, fleet } = fleetOf(async () => {
    draining.abort();
    return {
      waitedMs: 0,
      grantedAt: 0,
      learn: () => undefined,
      settle: async (end) => (ends.push(end), { isDown: false }),
    };
  });
  const call = withGovernor(scriptedLlm(), fleet.governor, plainPurpose).call(request, { signal: never });
  await expect(call).rejects.toBeInstanceOf(LaterError);
  expect(ends).toEqual([{ kind: 'unsent' }]);
});

test('a call that waits for the same one elsewhere waits no longer', async () => {
  const { draining, asked, fleet } = fleetOf((_call, signal) => untilAborted(signal));
  const governed = withGovernor(scriptedLlm(), fleet.governor, plainPurpose);
  const purpose = { ...plainPurpose, singleFlight: true };
  const call = withSharedCalls(governed, fleet.firsts, purpose).call(request, { signal: never });
  await vi.waitFor(() => expect(asked).not.toEqual([]));
  draining.abort();
  await expect(call).rejects.toBeInstanceOf(LaterError);
});
