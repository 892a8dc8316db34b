import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { NewGoalOptions } from '../port.ts';
import { goalReportSchema } from '../goal/report-schema.ts';
import { progressNotifier } from '../wait/progress-notifier.ts';
import { waitForEnd } from '../wait/wait-for-end.ts';
import { labelsArgument, strictArguments, toolArguments, waitArgument } from './arguments.ts';
import { goalResult } from './goal-result.ts';
import { answer, type ToolContext } from './tool-context.ts';

/** Seconds: clients commonly give up on a call after a minute. */
const WAIT = 45;
const MAX_GOAL_CHARACTERS = 32_768;

const decompositions = ['dynamic', 'constrained', 'hybrid'] as const satisfies readonly NonNullable<
  NewGoalOptions['decomposition']
>[];
const priorities = ['high', 'medium', 'low'] as const satisfies readonly NonNullable<
  NewGoalOptions['priority']
>[];
const caches = ['off', 'read', 'write'] as const satisfies readonly NonNullable<NewGoalOptions['cache']>[];
const latencies = ['normal', 'relaxed'] as const satisfies readonly NonNullable<NewGoalOptions['latency']>[];

const budget = strictArguments(
  {
    maxTokens: z.int().min(1).optional().describe('Tokens of prompts and answers together.'),
    maxCostUsd: z.number().positive().optional().describe('US dollars.'),
  },
  'it holds maxTokens, maxCostUsd or both',
);

const optionShape = {
  maxTasks: z.int().min(1).max(1_000).optional().describe('Most tasks that may be planned; 20 unless given.'),
  workerTypes: z
    .array(z.string())
    .min(1)
    .max(100)
    .optional()
    .describe('Worker types that the plan may use, such as "researcher" or "writer"; all unless given.'),
  decomposition: z
    .enum(decompositions)
    .optional()
    .describe(
      '"constrained": known worker types only. "dynamic": free-form tasks. "hybrid" (the default): both.',
    ),
  priority: z.enum(priorities).optional().describe('Of its tasks in the queues; "medium" unless given.'),
  deadline: z
    .string()
    .optional()
    .describe(
      'Longest duration from acceptance to end, such as "90s", "10m" or "2h"; then the goal expires.',
    ),
  reviewRounds: z
    .int()
    .min(0)
    .max(5)
    .optional()
    .describe(
      'How often results that judges refuse are revised; 0: nothing is judged. Costs calls, for quality.',
    ),
  judges: z.int().min(1).max(5).optional().describe('Judges of each result; 1 unless given.'),
  maxReplans: z
    .int()
    .min(0)
    .max(5)
    .optional()
    .describe('How often the plan may be changed after a task has failed for good; 0 unless given.'),
  finishEarly: z
    .boolean()
    .optional()
    .describe('True: ends once the outcomes of high priority suffice, by a judge.'),
  taskTimeout: z.string().optional().describe('Longest duration of each task, such as "5m".'),
  cache: z
    .enum(caches)
    .optional()
    .describe('"read": takes the plan of an earlier, same goal. "write": plans anew, and keeps the plan.'),
  budget: budget.optional().describe('What the goal may spend; it then answers with what it has by then.'),
  taskBudget: budget.optional().describe('What each task may spend.'),
  latency: z
    .enum(latencies)
    .optional()
    .describe('"relaxed": calls go through batches, at half the price, and may take a day.'),
  hedge: z
    .boolean()
    .optional()
    .describe('True: calls that are slower than most of their kind are made a second time.'),
  singleFlight: z
    .boolean()
    .optional()
    .describe('True: calls that are the same as one under way share its answer.'),
  approval: z
    .boolean()
    .optional()
    .describe('True: the plan waits until a person approves it. No tool here can.'),
};

const inputSchema = toolArguments({
  goal: z
    .string()
    .trim()
    .min(1, 'say what is to be achieved')
    .max(
      MAX_GOAL_CHARACTERS,
      `must be at most ${MAX_GOAL_CHARACTERS} characters: put long material in context`,
    )
    .describe('What is to be achieved, complete in itself: the workers see nothing of your conversation.'),
  context: z
    .union([z.string(), z.record(z.string(), z.unknown())])
    .optional()
    .describe('Material for it, as text or as an object: facts, documents, constraints.'),
  recipe: z.string().min(1).max(100).optional().describe('The name of a preset for this kind of goal.'),
  options: strictArguments(optionShape, `known options are ${Object.keys(optionShape).join(', ')}`)
    .optional()
    .describe('How it is planned and run. Leave it out unless you need something of it.'),
  labels: labelsArgument('To find the goal again with list_goals, such as {"team": "growth"}.'),
  wait_seconds: waitArgument(WAIT),
  idempotency_key: z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 printable ASCII characters without blanks')
    .optional()
    .describe(
      'Makes repeating the call safe: calls with one key and the same other arguments are one goal, for 24 hours. ' +
        'Give one whenever you may call again after a failure.',
    ),
});

const description = `Hands a goal to Baton, which plans it as tasks, runs them in parallel with LLM workers, and puts one answer together. \
For work that is worth splitting: research with several questions, comparisons, long documents. Not for a single question that you can \
answer yourself. Costs model calls and takes from seconds to many minutes. Returns the answer when the goal ended within wait_seconds, \
and else its id: call get_goal with it until it has ended.`;

export function registerSubmitGoal(server: McpServer, context: ToolContext): void {
  const { baton, stop } = context;
  const annotations = {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: false,
    openWorldHint: true,
  };
  server.registerTool(
    'submit_goal',
    { title: 'Submit a goal', description, inputSchema, outputSchema: goalReportSchema, annotations },
    ({ wait_seconds, idempotency_key, ...request }, call) => {
      const { signal } = call.mcpReq;
      return answer(context, signal, async () => {
        const accepted = await baton.goals.create(request, {
          signal,
          ...(idempotency_key !== undefined && { idempotencyKey: idempotency_key }),
        });
        const { goal, notes } = await waitForEnd(accepted, {
          baton,
          ms: wait_seconds * 1_000,
          caller: signal,
          stop,
          onEvent: progressNotifier(call),
        });
        return goalResult(goal, { notes });
      });
    },
  );
}
