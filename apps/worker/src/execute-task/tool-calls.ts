import type { ToolCallKey, ToolJournal, ToolResult } from '@baton/shared/ledger/tool-journal';
import { cancelledError } from '@baton/shared/model/classify-error';
import { isRedisFailure } from '@baton/shared/redis/failure';
import type { Logger } from '@baton/shared/telemetry/logger';
import type { Metrics } from '@baton/shared/telemetry/metrics';
import type { Tool } from '../tools/tool.ts';
import { runTool, unknownOutcome } from './run-tool.ts';
import { JournalUnavailable } from './task-failure.ts';

/** How often a task has used a tool. */
export interface ToolNote {
  readonly name: string;
  readonly calls: number;
  readonly failed: number;
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

  constructor(options: ToolCallsOptions) {
    this.#options = options;
  }

  /** By tool, in the order of first use. */
  get notes(): readonly ToolNote[] {
    return [...this.#notes.values()];
  }

  /** Rejects only when the task is broken off. */
  async make(tool: Tool, step: string, id: string, input: unknown): Promise<ToolResult> {
    const { journal, metrics } = this.#options;
    const key: ToolCallKey = { step, id, tool: tool.name, input };
    const beginning = await reached(journal.begin(key));
    if (beginning.kind === 'ended') throw cancelledError({ requestId: null });
    if (beginning.kind === 'recorded') return this.#noted(tool, beginning.result);
    const isUnknown = beginning.repeated && !tool.idempotent;
    const made = isUnknown ? unknownOutcome : await this.#run(tool, key);
    metrics.toolCalls.inc({
      tool: tool.name,
      outcome: isUnknown ? 'unknown' : made.isError ? 'failed' : 'succeeded',
    });
    return this.#noted(tool, await reached(journal.record(key, made)));
  }

  #run(tool: Tool, key: ToolCallKey): Promise<ToolResult> {
    const { journal, signal, log } = this.#options;
    return runTool(tool, key.input, { signal, log, idempotencyKey: journal.idempotencyKey(key) });
  }

  #noted({ name }: Tool, result: ToolResult): ToolResult {
    const { calls, failed } = this.#notes.get(name) ?? { calls: 0, failed: 0 };
    this.#notes.set(name, { name, calls: calls + 1, failed: failed + Number(result.isError) });
    return result;
  }
}
