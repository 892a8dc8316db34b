import type { CallToolResult } from '@modelcontextprotocol/server';
import type { OpenWork } from '../open-work.ts';
import type { Baton } from '../port.ts';
import { toolError, type ErrorReporter } from './tool-error.ts';

/** What every tool acts on. */
export interface ToolContext extends ErrorReporter {
  readonly baton: Baton;
  /** Aborted when this server stops: waits end, and their callers are told the goal's id. */
  readonly stop: AbortSignal;
  /** Tool calls that go on. */
  readonly calls: OpenWork;
}

/** The result of a tool's work, or what went wrong as a result. Rejects only when the caller has gone. */
export async function answer(
  context: ToolContext,
  caller: AbortSignal,
  work: () => Promise<CallToolResult>,
): Promise<CallToolResult> {
  const end = context.calls.begin();
  try {
    return await work();
  } catch (error) {
    caller.throwIfAborted();
    return toolError(error, context);
  } finally {
    end();
  }
}
