import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { GoalSummary } from '@baton/shared/contract/goal';
import { goalStatuses } from '../goal/report-schema.ts';
import { oneLine } from '../goal/shortened.ts';
import { labelsArgument, toolArguments } from './arguments.ts';
import { answer, type ToolContext } from './tool-context.ts';

const GOAL_LIMIT = 200;

const inputSchema = toolArguments({
  status: z.enum(goalStatuses).optional().describe('Only goals with this status.'),
  labels: labelsArgument('Only goals that have all of these labels.'),
  limit: z.int().min(1).max(100).default(20).describe('Most goals in one reply; 20 unless given.'),
  cursor: z
    .string()
    .min(1)
    .max(1_000)
    .optional()
    .describe("A reply's nextCursor, for the goals that follow."),
});

const outputSchema = z.object({
  goals: z.array(
    z.object({
      id: z.string(),
      status: z.enum(goalStatuses),
      goal: z.string().describe('What was asked for, shortened'),
      createdAt: z.string(),
      finishedAt: z.string().nullable(),
      labels: z.record(z.string(), z.string()),
    }),
  ),
  nextCursor: z.string().nullable().describe('Null when nothing follows'),
});
type Listed = z.infer<typeof outputSchema>['goals'][number];

export function registerListGoals(server: McpServer, context: ToolContext): void {
  const annotations = { readOnlyHint: true, idempotentHint: true, openWorldHint: false };
  const description = 'Lists the goals of your tenant, newest first; get_goal tells more of one.';
  server.registerTool(
    'list_goals',
    { title: 'List goals', description, inputSchema, outputSchema, annotations },
    (query, { mcpReq: { signal } }) =>
      answer(context, signal, async () => {
        const { items, nextCursor } = await context.baton.goals.list(query, { signal });
        const goals = items.map(listed);
        const more = nextCursor === null ? [] : [`More follow: call list_goals with cursor "${nextCursor}".`];
        const lines = goals.length === 0 ? ['There are no such goals.'] : goals.map(line);
        return {
          content: [{ type: 'text', text: [...lines, ...more].join('\n') }],
          structuredContent: { goals, nextCursor },
        };
      }),
  );
}

function listed({ id, status, goal, createdAt, finishedAt, labels }: GoalSummary): Listed {
  return { id, status, goal: oneLine(goal, GOAL_LIMIT), createdAt, finishedAt, labels };
}

function line({ id, status, goal, createdAt }: Listed): string {
  return `${id}  ${status}  ${createdAt}  ${goal}`;
}
