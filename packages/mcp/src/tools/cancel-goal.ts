import type { McpServer } from '@modelcontextprotocol/server';
import { goalReportSchema } from '../goal/report-schema.ts';
import { goalIdArgument, toolArguments } from './arguments.ts';
import { goalResult } from './goal-result.ts';
import { answer, type ToolContext } from './tool-context.ts';

const inputSchema = toolArguments({ id: goalIdArgument });

const description = `Ends a goal that goes on: its open tasks are cancelled and model calls in flight are aborted. \
What its tasks have found stays (get_goal with task_outputs). A goal that has ended already is left as it is, and that is an error.`;

export function registerCancelGoal(server: McpServer, context: ToolContext): void {
  const annotations = {
    readOnlyHint: false,
    destructiveHint: true,
    idempotentHint: true,
    openWorldHint: false,
  };
  server.registerTool(
    'cancel_goal',
    { title: 'Cancel a goal', description, inputSchema, outputSchema: goalReportSchema, annotations },
    ({ id }, { mcpReq: { signal } }) =>
      answer(context, signal, async () => goalResult(await context.baton.goals.cancel(id, { signal }))),
  );
}
