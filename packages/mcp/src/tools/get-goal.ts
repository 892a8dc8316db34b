import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { goalReportSchema } from '../goal/report-schema.ts';
import { progressNotifier } from '../wait/progress-notifier.ts';
import { waitForEnd } from '../wait/wait-for-end.ts';
import { goalIdArgument, toolArguments, waitArgument } from './arguments.ts';
import { goalResult } from './goal-result.ts';
import { answer, type ToolContext } from './tool-context.ts';

const inputSchema = toolArguments({
  id: goalIdArgument,
  wait_seconds: waitArgument(0),
  output_offset: z
    .int()
    .min(0)
    .default(0)
    .describe(
      'Where in the answer to begin, in characters: a long one comes in parts, and its notes say where the next begins.',
    ),
  task_outputs: z
    .boolean()
    .default(false)
    .describe('True: also what each task found. For a goal without an answer, or to look behind it.'),
});

const description = `Tells how a goal goes: status, tasks, what went wrong, what it cost, and the answer once there is one. \
With wait_seconds it waits for the end first, which is better than calling it again and again.`;

export function registerGetGoal(server: McpServer, context: ToolContext): void {
  const { baton, stop } = context;
  const annotations = { readOnlyHint: true, idempotentHint: true, openWorldHint: false };
  server.registerTool(
    'get_goal',
    { title: 'Get a goal', description, inputSchema, outputSchema: goalReportSchema, annotations },
    ({ id, wait_seconds, output_offset, task_outputs }, call) => {
      const { signal } = call.mcpReq;
      return answer(context, signal, async () => {
        const { goal, notes } = await waitForEnd(await baton.goals.get(id, { signal }), {
          baton,
          ms: wait_seconds * 1_000,
          caller: signal,
          stop,
          onEvent: progressNotifier(call),
        });
        return goalResult(goal, { outputOffset: output_offset, taskOutputs: task_outputs, notes });
      });
    },
  );
}
