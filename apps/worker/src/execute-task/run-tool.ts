import { fitTexts } from '@baton/plan/context-window';
import type { ToolResult } from '@baton/shared/ledger/tool-journal';
import { ToolError, type Tool, type ToolCallContext, type ToolOutput } from '../tools/tool.ts';

/** What a call that nobody knows the outcome of is answered with. */
export const unknownOutcome: ToolResult = Object.freeze({
  text: 'The outcome of this call is not known: the process that made it ended before the tool had answered. It may have been carried out, and is not made again by itself.',
  isError: true,
});

/** Of a text, as much as may be kept; of a value all or nothing. */
function capped({ text, data, isError }: ToolOutput, maxOutput: number): ToolResult {
  const [fitted] = fitTexts([{ text, rank: 0 }], maxOutput);
  const { text: kept, kept: characters, of } = fitted ?? { text: '', kept: 0, of: 0 };
  const isWhole = characters === of;
  const hasData = isWhole && data !== null && JSON.stringify(data).length <= maxOutput;
  return {
    text: kept,
    isError,
    ...(hasData && { data }),
    ...(!isWhole && { leftOut: of - characters }),
  };
}

function failureOf(error: unknown, tool: Tool, isLate: boolean): string {
  if (isLate) {
    const doubt = tool.idempotent ? '' : ' It may have been carried out all the same.';
    return `The tool took longer than the ${tool.timeout / 1_000} s that it may take.${doubt}`;
  }
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof ToolError ? message : `The tool failed: ${message}`;
}

/** Runs a tool once, within its limits. What goes wrong is its result; rejects only when the task is broken off. */
export async function runTool(tool: Tool, input: unknown, context: ToolCallContext): Promise<ToolResult> {
  const { signal } = context;
  signal.throwIfAborted();
  const timer = AbortSignal.timeout(tool.timeout);
  const both = AbortSignal.any([signal, timer]);
  const aborted = new Promise<never>((_resolve, reject) => {
    both.addEventListener('abort', () => reject(both.reason as Error), { once: true });
  });
  aborted.catch(() => undefined);
  try {
    return capped(
      await Promise.race([tool.run(input, { ...context, signal: both }), aborted]),
      tool.maxOutput,
    );
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (!(error instanceof ToolError) && !timer.aborted) {
      context.log.warn({ err: error }, `the tool ${tool.name} failed`);
    }
    return capped({ text: failureOf(error, tool, timer.aborted), data: null, isError: true }, tool.maxOutput);
  }
}
