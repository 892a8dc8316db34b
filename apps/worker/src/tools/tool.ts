import { z } from 'zod';
import type { Logger } from '@baton/shared/telemetry/logger';

/** What a tool may know of the call that it serves. */
export interface ToolCallContext {
  /** Aborts when the tool's time is up, or the task is broken off. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** The same each time this call is made, also after a crash: for services that do a thing once per key. */
  readonly idempotencyKey: string;
}

/** What a tool gave: text, or anything that JSON can hold. */
export interface ToolOutput {
  readonly text: string;
  /** What it was, when it was no text and not too long to keep; else null. */
  readonly data: unknown;
  /** The tool says that it failed. */
  readonly isError: boolean;
}

/** A tool that the worker process runs itself, wherever it comes from. */
export interface Tool {
  /** As people and configuration name it: `geocode`, `github/search_code`. */
  readonly name: string;
  readonly description: string;
  /** JSON schema of an object. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
  /** Calling it twice does no more than calling it once. */
  readonly idempotent: boolean;
  /** ms that one call may take. */
  readonly timeout: number;
  /** Characters of one result that are kept. */
  readonly maxOutput: number;
  /** Rejects with a {@link ToolError} when the tool is not at fault, with anything else when it is. */
  run(input: unknown, context: ToolCallContext): Promise<ToolOutput>;
}

/** A call that was not carried out, or whose outcome nobody knows; the message is for the model. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}

const DEFAULT_TIMEOUT = 30_000;
/** ms. */
const LONGEST_TIMEOUT = 3_600_000;
const DEFAULT_OUTPUT = 20_000;
const MOST_OUTPUT = 1_000_000;
const OUTPUT_RULE = `must be a whole number from 100 to ${MOST_OUTPUT}`;

/** What a tool may take unless something else is said. */
export const toolAllowances = z.object({
  timeout: z.number().positive().max(LONGEST_TIMEOUT).default(DEFAULT_TIMEOUT),
  maxOutput: z.int(OUTPUT_RULE).min(100, OUTPUT_RULE).max(MOST_OUTPUT, OUTPUT_RULE).default(DEFAULT_OUTPUT),
});
