import { z } from 'zod';
import type { TaskJob } from '@baton/shared/contract/queues';
import { readGoal } from '@baton/shared/ledger/goal-view';
import { neverCached } from '@baton/shared/model/cache-worth';
import { noSamples } from '@baton/shared/model/call-samples';
import { withJournal } from '@baton/shared/model/journaled-llm';
import type { LlmBlock, LlmRequest, LlmResponse } from '@baton/shared/model/llm';
import type { ModelAccess } from '@baton/shared/model/model-access';
import { defaultModelTiers } from '@baton/shared/model/model-tiers';
import { defaultPrices } from '@baton/shared/model/prices';
import { createLogger } from '@baton/shared/telemetry/logger';
import { createMetrics } from '@baton/shared/telemetry/metrics';
import {
  openTestLedger,
  runningGoal,
  TENANT,
} from '../../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import {
  scriptedLlm,
  type ScriptLine,
} from '../../../../../packages/shared/src/model/testing/scripted-llm.ts';
import { defineTool, defineWorker, type Worker } from '../../define-worker.ts';
import { toolBoxOf } from '../../tools/tool-box.ts';
import { defaultToolSettings } from '../../tools/tool-settings.ts';
import type { Tool } from '../../tools/tool.ts';
import { executeTask, type TaskReturn } from '../execute-task.ts';

export const about = { type: 'researcher', description: 'd', bestFor: 'b', notFor: 'n' };

/** A model's turn that calls these tools; some endpoints count ids anew in each. */
export function uses(...calls: readonly (readonly [name: string, input: unknown])[]): Partial<LlmResponse> {
  const text = 'Let me look.';
  const blocks = calls.map(([name, input], index): LlmBlock => ({
    type: 'tool_use',
    id: `call_${index}`,
    name,
    input,
  }));
  return { text, stopReason: 'tool_use', blocks: [{ type: 'text', text }, ...blocks] };
}

/** What the request tells of the results of the last turn. */
export function told(request: LlmRequest | undefined): { content: unknown; is_error?: unknown }[] {
  const { blocks = [] } = request?.messages.at(-1) ?? {};
  return blocks
    .filter(({ type }) => type === 'tool_result')
    .map(({ content, is_error }) => ({ content, ...(is_error !== undefined && { is_error }) }));
}

export function counting(
  name: string,
  idempotent: boolean,
  effect: (place: string) => unknown = (place) => ({ place }),
) {
  const calls: string[] = [];
  const keys: string[] = [];
  const tool = defineTool({
    name,
    description: `Does ${name}.`,
    input: z.object({ place: z.string() }),
    idempotent,
    run({ place }, { idempotencyKey }) {
      calls.push(place);
      keys.push(idempotencyKey);
      return effect(place);
    },
  });
  return { tool, calls, keys };
}

export function asking(tools: readonly (string | Tool)[]): Worker {
  return defineWorker({
    ...about,
    tools,
    run: async (_task, { model }) => (await model.text({ system: 's', prompt: 'p', tools: true })).text,
  });
}

export async function openTask(...lines: readonly ScriptLine[]) {
  const { ledger, redis } = openTestLedger();
  const goalId = await runningGoal(ledger);
  const llm = scriptedLlm(...lines);
  const models = {
    tiers: defaultModelTiers,
    structuredOutput: 'prompt',
    plansInXml: false,
    contextTokens: 200_000,
    cachePays: neverCached,
    samples: noSamples,
    costOf: () => null,
    callerFor: (journal) => withJournal(llm, journal, defaultPrices),
  } as Partial<ModelAccess> as ModelAccess;
  const tools = toolBoxOf({ settings: defaultToolSettings, local: new Map(), servers: [] });
  const deps = { ledger, models, tools, metrics: createMetrics(), logger: createLogger('test', 'silent') };
  const tea: TaskJob = { goalId, rev: 1, taskId: 'tea' };
  const { signal } = new AbortController();
  const execute = (worker: Worker): Promise<TaskReturn> =>
    executeTask(deps, { worker, task: tea, signal, queueRecord: async () => ({ complete: true }) });
  const task = async () => {
    const goal = await readGoal(ledger, goalId, TENANT, () => ({ self: '', events: '', dashboard: null }));
    return goal?.tasks.find(({ id }) => id === 'tea');
  };
  /** The process dies when it next does this; what it had journaled stays. */
  const dyingAt = (command: 'recordToolCall' | 'recordCall') => {
    const commands = redis as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    const original = commands[command];
    commands[command] = () => {
      if (original) commands[command] = original;
      return Promise.reject(new Error('Connection is closed.'));
    };
  };
  return { ledger, tea, llm, execute, task, dyingAt };
}
