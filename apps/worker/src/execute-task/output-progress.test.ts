import { expect, test } from 'vitest';
import type { StepCaller, StepCallOptions } from '@baton/shared/model/journaled-llm';
import type { LlmRequest } from '@baton/shared/model/llm';
import { plainResponse } from '../../../../packages/shared/src/model/testing/scripted-llm.ts';
import { tellingOutput } from './output-progress.ts';

const request: LlmRequest = { model: 'm', system: '', messages: [], maxTokens: 1, jsonSchema: null };

/** A model that does as `write` says, at times that are told to it. */
function writing(write: (options: StepCallOptions, at: (ms: number) => void) => void) {
  let now = 50_000;
  const told: [ms: number, characters: number][] = [];
  const caller: StepCaller = {
    async call(_request, options) {
      write(options, (ms) => {
        now = 50_000 + ms;
      });
      return { response: plainResponse, costUsd: 0, reused: false, possiblyRepeatedCalls: 0 };
    },
  };
  const telling = tellingOutput(
    caller,
    ({ outputCharacters }) => told.push([now - 50_000, outputCharacters]),
    () => now,
  );
  return {
    told,
    call: () => telling.call(request, { signal: new AbortController().signal, step: 's', attempt: 1 }),
  };
}

test('a model that writes for less than two seconds is not told of', async () => {
  const { told, call } = writing(({ onText }, at) => {
    for (let ms = 0; ms < 2_000; ms += 100) {
      at(ms);
      onText?.('x');
    }
  });
  await call();
  expect(told).toEqual([]);
});

test('one that writes longer is told of every two seconds', async () => {
  const { told, call } = writing(({ onText }, at) => {
    for (let ms = 0; ms <= 7_000; ms += 500) {
      at(ms);
      onText?.('ab');
    }
  });
  await call();
  expect(told).toEqual([
    [2_000, 10],
    [4_000, 18],
    [6_000, 26],
  ]);
});

test('a whole day of writing is told in a few hundred words at the most', async () => {
  const { told, call } = writing(({ onText }, at) => {
    for (let ms = 0; ms <= 86_400_000; ms += 1_000) {
      at(ms);
      onText?.('a');
    }
  });
  await call();
  expect(told.length).toBeGreaterThan(50);
  expect(told.length).toBeLessThan(200);
});

test('calls add up, and what is lost or void is taken back', async () => {
  const { told, call } = writing(({ onText, onLost, onVoid }, at) => {
    at(0);
    onText?.('abcd');
    onLost?.();
    onText?.('ab');
    onVoid?.();
    onText?.('a');
    at(2_000);
    onText?.('b');
  });
  await Promise.all([call(), call()]);
  expect(told).toEqual([[2_000, 2]]);
});
