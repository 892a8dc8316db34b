import { describe, expect, it } from 'vitest';
import { PLANNER } from '@baton/shared/ledger/lease';
import { plainPurpose } from '@baton/shared/model/call-purpose';
import { ModelError } from '@baton/shared/model/llm';
import { openModelAccess, type ModelSettings } from '@baton/shared/model/model-access';
import { RetryLaterError } from '@baton/shared/model/retrying-llm';
import { createMetrics } from '@baton/shared/telemetry/metrics';
import {
  openTestLedger,
  plan,
  runningGoal,
} from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { scriptedLlm, type ScriptLine } from '../../../../packages/shared/src/model/testing/scripted-llm.ts';
import { plannerFor, type PlannerRequest } from './ask-planner.ts';
import { planningInput } from './planning-input.ts';

const signal = new AbortController().signal;
const lawful = { text: JSON.stringify({ mode: 'plan', answer: null, ...plan }) };

/** A goal whose planner holds lease 1. */
async function open(...lines: ScriptLine[]) {
  return openWith('native', ...lines);
}

async function openWith(form: ModelSettings['STRUCTURED_OUTPUT'], ...lines: ScriptLine[]) {
  const { ledger, redis } = openTestLedger();
  const goalId = await runningGoal(ledger);
  await redis.hset(ledger.goal(goalId).tasks, `starts:${PLANNER}`, 1);
  const llm = scriptedLlm(...lines);
  const settings = {
    STRUCTURED_OUTPUT: form,
    MODEL_STRONG: 'claude-opus-5-5',
    MODEL_CONTEXT_TOKENS: 16_000,
  } as ModelSettings;
  const ask = plannerFor(ledger, openModelAccess(llm, settings, createMetrics()));
  const goal = {
    goal: 'Compare.',
    context: null,
    recipe: null,
    options: { decomposition: 'hybrid' } as const,
  };
  const input = await planningInput({ ledger, recipes: new Map() }, goal);
  const request = (number: number): PlannerRequest => ({
    goalId,
    lease: { place: PLANNER, number },
    retries: 0,
    purpose: plainPurpose,
    ...input,
  });
  return { ask, llm, request };
}

function failing(type: string, failure: ModelError['failure']): ModelError {
  return new ModelError(type, { failure, type });
}

describe('planning a goal', () => {
  it('asks once for what is in the journal', async () => {
    const { ask, llm, request } = await open(lawful);
    expect(await ask(request(1), signal)).toEqual({ kind: 'plan', plan, calls: 1 });
    expect(await ask(request(1), signal)).toEqual({ kind: 'plan', plan, calls: 1 });
    expect(llm.requests).toHaveLength(1);
    expect(llm.requests[0]?.maxTokens).toBe(4_000);
  });

  it('fails the goal for what no retry mends', async () => {
    const { ask, request } = await open(failing('billing_error', { kind: 'terminal' }));
    expect(await ask(request(1), signal)).toMatchObject({ kind: 'failed', error: { type: 'model_error' } });
  });

  it('fails nothing when it was taken over, or was cancelled, or may come back later', async () => {
    const { ask, llm, request } = await open(
      failing('cancelled', { kind: 'cancelled' }),
      failing('rate_limit_error', { kind: 'retryable', retryAfterMs: 90_000 }),
    );
    await expect(ask(request(7), signal)).rejects.toMatchObject({ failure: { kind: 'cancelled' } });
    expect(llm.requests).toHaveLength(0);
    await expect(ask(request(1), signal)).rejects.toMatchObject({ failure: { kind: 'cancelled' } });
    await expect(ask(request(1), signal)).rejects.toBeInstanceOf(RetryLaterError);
  });
});

describe('planning in XML', () => {
  const [first] = plan.tasks;
  const xml = {
    text: `<analysis>${plan.analysis}</analysis><tasks>
    <task><id>tea</id><type>researcher</type><description>Do &amp; say
    tea</description></task></tasks>`,
  };
  const read = {
    kind: 'plan',
    plan: { analysis: plan.analysis, tasks: [{ ...first, description: 'Do & say\n    tea' }] },
  };

  it('asks for XML where it is set, and takes JSON all the same', async () => {
    const { ask, llm, request } = await openWith('xml', xml);
    expect(await ask(request(1), signal)).toMatchObject(read);
    expect(llm.requests[0]).toMatchObject({ jsonSchema: null });
    expect(llm.requests[0]?.system).toContain('Reply in XML');
    const other = await openWith('xml', lawful);
    expect(await other.ask(other.request(1), signal)).toMatchObject({ kind: 'plan', plan });
  });

  it('takes XML where JSON was asked for', async () => {
    const { ask, llm, request } = await openWith('prompt', xml);
    expect(await ask(request(1), signal)).toMatchObject(read);
    expect(llm.requests[0]?.system).not.toContain('Reply in XML');
  });

  it('has what is unreadable or unlawful repaired, with what is wrong named', async () => {
    const unlawful = { text: xml.text.replace('</type>', '</type><dependencies>nobody</dependencies>') };
    const { ask, llm, request } = await openWith('xml', { text: '<tasks></tasks>' }, unlawful, xml);
    expect(await ask(request(1), signal)).toMatchObject({ ...read, calls: 3 });
    expect(llm.requests[1]?.messages.at(-1)?.text).toContain('holds no');
    expect(llm.requests[2]?.messages.at(-1)?.text).toContain('nobody');
  });

  it('ends a hopeless plan after three calls', async () => {
    const { ask, llm, request } = await openWith('xml', { text: 'No.' }, { text: 'No.' }, { text: 'No.' });
    expect(await ask(request(1), signal)).toMatchObject({ kind: 'failed', error: { type: 'plan_invalid' } });
    expect(llm.requests).toHaveLength(3);
  });
});
