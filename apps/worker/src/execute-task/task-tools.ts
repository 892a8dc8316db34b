import { canonicalJson } from '@baton/shared/contract/canonical-json';
import { continuedCall } from '@baton/shared/model/continued-call';
import type { WorkerTools } from '../define-worker.ts';
import { McpUnreachable } from '../tools/mcp-server.ts';
import { NoSuchTool, type OfferedTools, type ToolSource } from '../tools/offered-tools.ts';
import { TaskFailure } from './task-failure.ts';
import type { ToolCalls } from './tool-calls.ts';
import { askingWith, type Ask } from './tool-loop.ts';

export interface TaskToolsOptions {
  readonly source: ToolSource;
  readonly calls: ToolCalls;
  /** Tells the steps of a revision from those of the first run. */
  readonly stepPrefix: string;
  /** Of all results that one call of the model may be told, estimated. */
  readonly mostTokens: number;
  readonly progress: (message: string) => void;
}

/** A call of a tool that failed, as a worker's own code sees it. */
class ToolCallFailed extends Error {
  override readonly name = 'ToolCallFailed';
}

export interface TaskTools {
  /** For the worker's own code. */
  readonly tools: WorkerTools;
  /** How the model is asked when it may use these of the type's tools. */
  asking(wanted: true | readonly string[] | undefined): Promise<Ask>;
}

/** The tools of one run of a worker. */
export function openTaskTools({
  source,
  calls,
  stepPrefix,
  mostTokens,
  progress,
}: TaskToolsOptions): TaskTools {
  /** How often each call was made: counted by call, since calls side by side have no order that a later run would keep. */
  const made = new Map<string, number>();
  const before = calls.lasting;

  async function offered(wanted: true | readonly string[]): Promise<OfferedTools> {
    try {
      return await source.offered(wanted);
    } catch (error) {
      const isTold = error instanceof NoSuchTool || error instanceof McpUnreachable;
      throw isTold ? new TaskFailure(error.message) : error;
    }
  }

  return {
    tools: {
      list: async () =>
        (await offered(true)).own.map(({ name, description, inputSchema, idempotent }) => ({
          name,
          description,
          inputSchema,
          idempotent,
        })),
      async call(name, input) {
        const same = canonicalJson([name, input ?? null]);
        const number = (made.get(same) ?? 0) + 1;
        made.set(same, number);
        const { own } = await offered([name]);
        const [tool] = own;
        if (!tool) throw new TaskFailure(`The tool "${name}" is run by the endpoint, for the model alone.`);
        const {
          text,
          isError,
          data = null,
        } = await calls.make(tool, `${stepPrefix}tool`, String(number), input);
        if (isError) throw new ToolCallFailed(`${name}: ${text}`);
        return { text, data };
      },
    },
    async asking(wanted) {
      if (wanted === undefined || (wanted === true && !source.hasAny)) return continuedCall;
      const given = await offered(wanted);
      if (given.own.length + given.web.length === 0) return continuedCall;
      const onUse = (names: readonly string[]): void => {
        if (names.length > 0) progress(`uses ${names.join(', ')}`);
      };
      return askingWith({ offered: given, calls, before, mostTokens, onUse });
    },
  };
}
