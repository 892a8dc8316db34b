import { expect, it } from 'vitest';
import { tokensIn } from '@baton/plan/context-window';
import { noSamples, type CallSamples, type Typical } from './call-samples.ts';
import {
  batchedClaims,
  claimFactsOf,
  claimOf as claiming,
  promptTokens,
  type ClaimFacts,
} from './call-claim.ts';
import type { LlmRequest } from './llm.ts';
import { defaultPrices } from './prices.ts';

const request: LlmRequest = {
  model: 'claude-sonnet-5-5',
  system: 'Be brief.',
  messages: [{ role: 'user', text: 'Hello there' }],
  maxTokens: 8_000,
  jsonSchema: null,
};
const prompt = tokensIn('Be brief.') + tokensIn('Hello there');
const models = ['claude-haiku-5-5', 'claude-sonnet-5-5', 'claude-opus-5-5'];
const facts = (samples: CallSamples = noSamples, kind = 'researcher', hedge = false) =>
  claimFactsOf(defaultPrices, samples, { kind, hedge }, models, 600_000);
const claimOf = (asked: LlmRequest, by: ClaimFacts) => claiming(asked, by)();
/** Of a task's call, before any is known. */
const GUESS = 700;

it('claims its prompt and what is usual before anything is known, and at the worst all that it may answer', async () => {
  const claim = await claimOf(request, facts());
  expect(claim).toMatchObject({
    tokens: prompt + GUESS,
    worstTokens: prompt + 8_000,
    costNanoUsd: (prompt * 2 + GUESS * 10) * 1_000,
    worstCostNanoUsd: (prompt * 2 + 8_000 * 10) * 1_000,
  });
  expect(claim.lastsMs).toBeGreaterThan(600_000);
});

it('claims what nine of ten such calls answered, and never more than it may', async () => {
  const samples = (p90OutputTokens: number): CallSamples => ({
    note: () => undefined,
    typical: async (of, kind, model) =>
      of === 'calls' && kind === 'researcher' && model === request.model
        ? ({ p90OutputTokens } as Typical)
        : null,
  });
  expect((await claimOf(request, facts(samples(300)))).tokens).toBe(prompt + 300);
  expect((await claimOf(request, facts(samples(9_000)))).tokens).toBe(prompt + 8_000);
});

it('goes by what the same kind answered with other models, the longest of them, before what is guessed of a role', async () => {
  const answered = new Map([
    [':assessor claude-haiku-5-5', 40],
    [':assessor claude-opus-5-5', 90],
  ]);
  const samples: CallSamples = {
    note: () => undefined,
    typical: async (_of, kind, model) => {
      const p90OutputTokens = answered.get(`${kind} ${model}`);
      return p90OutputTokens === undefined ? null : ({ p90OutputTokens } as Typical);
    },
  };
  expect((await claimOf(request, facts(noSamples, ':assessor'))).tokens).toBe(prompt + 300);
  const claim = claiming(request, facts(samples, ':assessor'));
  expect((await claim()).tokens).toBe(prompt + 90);
  answered.set(':assessor claude-sonnet-5-5', 20);
  expect((await claim()).tokens).toBe(prompt + 20);
});

it('claims both requests of a call that may be hedged, at the worst', async () => {
  const plain = await claimOf(request, facts());
  const hedged = facts(noSamples, 'researcher', true);
  const worst = {
    worstTokens: 2 * plain.worstTokens,
    worstCostNanoUsd: 2 * (plain.worstCostNanoUsd ?? 0),
  };
  expect(await claimOf(request, hedged)).toEqual({ ...plain, ...worst });
  expect((await claimOf(request, batchedClaims(hedged))).worstTokens).toBe(plain.worstTokens);
});

it('claims what is usual when past calls can not be read', async () => {
  const broken: CallSamples = { ...noSamples, typical: () => Promise.reject(new Error('gone')) };
  expect((await claimOf(request, facts(broken))).tokens).toBe(prompt + GUESS);
});

it('knows no price of an unknown model', async () => {
  expect(await claimOf({ ...request, model: 'llama3:8b' }, facts())).toMatchObject({
    model: 'llama3:8b',
    costNanoUsd: null,
    worstCostNanoUsd: null,
  });
});

it('claims half the price through a batch, and searches at the worst', async () => {
  const whole = await claimOf(request, facts());
  const half = await claimOf(request, batchedClaims(facts()));
  expect(half.lastsMs).toBeGreaterThan(24 * 3_600_000);
  expect(half.costNanoUsd).toBe((whole.costNanoUsd ?? 0) / 2);
  const searching = await claimOf({ ...request, tools: [{ kind: 'web_search', maxUses: 3 }] }, facts());
  expect((searching.worstCostNanoUsd ?? 0) - (whole.worstCostNanoUsd ?? 0)).toBeGreaterThanOrEqual(
    30_000_000,
  );
});

it('counts all that a prompt is made of, at the price of a cache that is written', async () => {
  const tools = [{ kind: 'own', name: 'find', description: 'Finds.', inputSchema: {} }] as const;
  const blocks = [{ type: 'text', text: 'Hello there' }];
  expect(promptTokens({ ...request, tools })).toBe(prompt + tokensIn(JSON.stringify(tools[0])));
  expect(promptTokens({ ...request, jsonSchema: { type: 'object' } })).toBe(
    prompt + tokensIn('{"type":"object"}'),
  );
  const shared = {
    ...request,
    messages: [{ role: 'user', text: 'Hello there', shared: 'All share this.' } as const],
  };
  expect(promptTokens(shared)).toBe(prompt + tokensIn('All share this.'));
  const { costNanoUsd } = await claimOf(shared, facts());
  const plain = await claimOf({ ...request, system: `${request.system}All share this.` }, facts());
  expect(costNanoUsd).toBeGreaterThan(plain.costNanoUsd ?? 0);
  const blocked = { ...request, messages: [{ role: 'user', text: '', blocks } as const] };
  expect(promptTokens(blocked)).toBe(tokensIn('Be brief.') + tokensIn(JSON.stringify(blocks)));
});
