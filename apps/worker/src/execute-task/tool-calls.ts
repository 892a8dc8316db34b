import type { ToolCallKey, ToolDefinition, ToolJournal, ToolResult } from '@baton/shared/ledger/tool-journal';
import { cancelledError } from '@baton/shared/model/classify-error';
import { isRedisFailure } from '@baton/shared/redis/failure';
import type { Logger } from '@baton/shared/telemetry/logger';
import type { Metrics } from '@baton/shared/telemetry/metrics';
import { activeSpan, inSpan } from '@baton/shared/telemetry/tracing';
import type { Tool } from '../tools/tool.ts';
import { runTool, unknownOutcome } from './run-tool.ts';
import { JournalUnavailable } from './task-failure.ts';

/** How often a task has used a tool. */
export interface ToolNote {
  readonly name: string;
  readonly calls: number;
  readonly failed: number;
}

/** A call whose effect would be another one each time. */
export interface LastingCall {
  readonly step: string;
  readonly id: string;
  readonly tool: string;
  readonly input: unknown;
  readonly result: string;
}

export interface ToolCallsOptions {
  readonly journal: ToolJournal;
  readonly metrics: Pick<Metrics, 'toolCalls'>;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

async function reached<T>(asking: Promise<T>): Promise<T> {
  try {
    return await asking;
  } catch (error) {
    throw isRedisFailure(error) ? new JournalUnavailable(error) : error;
  }
}

/** The tool calls of one task, each made once as far as anybody can know. */
export class ToolCalls {
  readonly #options: ToolCallsOptions;
  readonly #notes = new Map<string, ToolNote>();
  readonly #lasting: LastingCall[] = [];

  constructor(options: ToolCallsOptions) {
    this.#options = options;
  }

  /** By tool, in the order of first use. */
  get notes(): readonly ToolNote[] {
    return [...this.#notes.values()];
  }

  /** Calls of tools that are not idempotent, in an order that is the same in every run. */
  get lasting(): readonly LastingCall[] {
    return this.#lasting.toSorted((a, b) => (`${a.step}/${a.id}` < `${b.step}/${b.id}` ? -1 : 1));
  }

  /** As the model is told of the tools in all runs of the step. Rejects only when the task is broken off. */
  offer(
    step: string,
    tools: readonly Tool[],
    named: (tool: Tool) => string,
  ): Promise<readonly ToolDefinition[]> {
    const definitions = tools.map((tool) => ({
      name: named(tool),
      description: tool.description,
      inputSchema: tool.inputSchema,
    }));
    return reached(this.#options.journal.offer(step, definitions));
  }

  /** Rejects only when the task is broken off. */
  async make(tool: Tool, step: string, id: string, input: unknown): Promise<ToolResult> {
    const { journal, metrics } = this.#options;
    const key: ToolCallKey = { step, id, tool: tool.name, input };
    const beginning = await reached(journal.begin(key));
    if (beginning.kind === 'ended') throw cancelledError({ requestId: null });
    if (beginning.kind === 'recorded') {
      activeSpan().event('baton.tool.reused', { 'gen_ai.tool.name': tool.name, 'baton.step': step });
      return this.#noted(tool, key, beginning.result);
    }
    const isUnknown = beginning.repeated && !tool.idempotent;
    if (isUnknown) activeSpan().event('baton.tool.outcome_unknown', { 'gen_ai.tool.name': tool.name });
    const made = isUnknown ? unknownOutcome : await this.#run(tool, key);
    metrics.toolCalls.inc({
      tool: tool.name,
      outcome: isUnknown ? 'unknown' : made.isError ? 'failed' : 'succeeded',
    });
    return this.#noted(tool, key, await reached(journal.record(key, made)));
  }

  #run(tool: Tool, key: ToolCallKey): Promise<ToolResult> {
    const { journal, signal, log } = this.#options;
    const attributes = {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': tool.name,
      'gen_ai.tool.call.id': key.id,
      'gen_ai.tool.type': 'function',
    };
    return inSpan(`execute_tool ${tool.name}`, { attributes }, async (span) => {
      const result = await runTool(tool, key.input, {
        signal,
        log,
        idempotencyKey: journal.idempotencyKey(key),
      });
      if (result.isError) span.fail('tool_error');
      return result;
    });
  }

  #noted({ name, idempotent }: Tool, { step, id, input }: ToolCallKey, result: ToolResult): ToolResult {
    if (!idempotent) this.#lasting.push({ step, id, tool: name, input, result: result.text });
    const { calls, failed } = this.#notes.get(name) ?? { calls: 0, failed: 0 };
    this.#notes.set(name, { name, calls: calls + 1, failed: failed + Number(result.isError) });
    return result;
  }
}
