import type { GoalCall } from '../contract/goal-calls.ts';
import { costText, countText } from '../progress/quantities.ts';
import { OK } from './exit-code.ts';
import { outputOption, urlOption } from './flags.ts';
import { writeJson, writeLines } from './result.ts';
import { subcommand, type AddCommand } from './subcommand.ts';
import { tableLines } from './table.ts';

const heading = ['AT', 'OF', 'STEP', 'MODEL', 'IN', 'OUT', 'COST', 'ENDED'];

function row({
  at,
  taskId,
  role,
  step,
  attempt,
  model,
  usage,
  simulated,
  batched,
  borrowed,
  stopReason,
}: GoalCall) {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, costUsd } = usage;
  const marks = [simulated && 'simulated', batched && 'batched', borrowed && 'borrowed'].filter(
    (mark) => mark !== false,
  );
  return [
    at,
    taskId ?? `:${role}`,
    attempt === 1 ? step : `${step} #${attempt}`,
    model,
    countText(inputTokens + cacheReadTokens + cacheWriteTokens),
    countText(outputTokens),
    costText(costUsd),
    [stopReason, ...marks].join(' '),
  ];
}

export const calls: AddCommand = (parent, actions) => {
  subcommand(parent, 'calls', {
    group: 'Goals',
    summary: "list a goal's model calls, and what each used",
    more: 'The oldest first. Calls of a sub-goal are listed with the sub-goal.',
    examples: ['baton calls goal_01h455vb4pex5vsknk084sn02q'],
  })
    .argument('<id>', "the goal's")
    .addOption(outputOption())
    .addOption(urlOption())
    .action(
      actions.onServer(async ({ client, stdout, stderr, signal }, id, { output }) => {
        const items: GoalCall[] = [];
        for await (const call of client.goals.allCalls(id, { signal })) items.push(call);
        if (output === 'json') writeJson(stdout, { items });
        else if (items.length === 0) stderr.write('No model has answered this goal.\n');
        else writeLines(stdout, tableLines([heading, ...items.map(row)], stdout.columns));
        return OK;
      }),
    );
};
