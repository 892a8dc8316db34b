import type { NewGoal } from '../client.ts';
import type { ServerContext } from './context.ts';
import { OK } from './exit-code.ts';
import { collectLabels, outputOption, urlOption } from './flags.ts';
import { followGoal } from './follow-goal.ts';
import { readContext, readPlan } from './given-file.ts';
import { goalOptions, withGoalFlags, type GoalFlags } from './goal-flags.ts';
import { planningOptions, withPlanningFlags, type PlanningFlags } from './planning-flags.ts';
import { exampleOf } from './recipe-example.ts';
import { writeJson } from './result.ts';
import { subcommand, type AddCommand } from './subcommand.ts';
import { UsageError } from './usage-error.ts';

interface Flags extends PlanningFlags, GoalFlags {
  readonly context?: string;
  readonly recipe?: string;
  readonly example?: true;
  readonly plan?: string;
  readonly label?: Record<string, string>;
  readonly webhook?: string;
}

/** The goal as it was typed, or the example of its recipe. */
async function givenGoal(
  context: ServerContext,
  goal: string,
  { recipe, example }: Flags,
): Promise<Pick<NewGoal, 'goal' | 'context'>> {
  if (!example) {
    if (goal === '') throw new UsageError('The goal is empty: say what is to be achieved.');
    return { goal };
  }
  if (recipe === undefined) throw new UsageError('--example takes the example of a recipe: add --recipe.');
  if (goal !== '') throw new UsageError('--example is a goal itself: leave yours out.');
  return exampleOf(context, recipe);
}

/** Only what was said is sent: the server knows the defaults. */
async function newGoal(server: ServerContext, typed: string, flags: Flags): Promise<NewGoal> {
  const { context, recipe, plan, label, webhook } = flags;
  const { stdin } = server;
  const options = { ...planningOptions(flags), ...goalOptions(flags) };
  return {
    ...(await givenGoal(server, typed, flags)),
    ...(context !== undefined && { context: await readContext(context, stdin) }),
    ...(recipe !== undefined && { recipe }),
    ...(plan !== undefined && { plan: await readPlan('--plan', plan, stdin) }),
    ...(Object.keys(options).length > 0 && { options }),
    ...(label !== undefined && { labels: label }),
    ...(webhook !== undefined && { webhook: { url: webhook } }),
  };
}

export const run: AddCommand = (parent, actions) => {
  const command = subcommand(parent, 'run', {
    group: 'Goals',
    summary: 'submit a goal, show its progress and print its answer',
    more: `Progress goes to stderr, the answer to stdout. Ctrl-C leaves the goal running and says how to come back.
With --approval a terminal is shown the plan and asked; elsewhere the command ends with exit code 7 and says how to approve.`,
    examples: [
      'baton run "Compare solar, wind and nuclear power for a mid-sized city"',
      'baton run "Summarise this" --context @report.md > summary.md',
      'baton run "Plan a launch" --approval --max-tasks 8 --worker-type researcher --worker-type writer',
      'baton run "Plan a launch" --review-rounds 2 --judges 3 --max-replans 1 --finish-early',
      'baton run "Plan a launch" --plan plan.json --priority high --deadline 30m -o json',
      'baton run --recipe report --example',
      'baton run "Weekly report" --recipe report --label team=growth --idempotency-key report-2026-w14 --detach',
    ],
  }).argument('[goal...]', 'what is to be achieved');
  const planned = withPlanningFlags(command)
    .option(
      '--context <text|@file>',
      'material for the goal; a .json file that holds an object is sent as one',
    )
    .option('--recipe <name>', 'a preset for this kind of goal: see baton recipes')
    .option('--example', "run the recipe's own example in place of a goal")
    .option('--plan <file>', 'run this plan in place of making one; - reads stdin');
  withGoalFlags(planned)
    .option('--label <key=value>', 'a label to find the goal by; may be repeated', collectLabels)
    .option('--webhook <url>', 'an address that is told of the end')
    .option('--idempotency-key <key>', 'submitting again with this key gives the same goal, for a day')
    .option('--detach', 'print the id and leave, without waiting for the end')
    .addOption(outputOption())
    .addOption(urlOption())
    .action(
      actions.onServer(async (context, words, flags) => {
        const { client, signal, stdout } = context;
        const request = await newGoal(context, words.join(' ').trim(), flags);
        const { idempotencyKey } = flags;
        const accepted = await client.goals.create(request, {
          ...(idempotencyKey !== undefined && { idempotencyKey }),
          signal,
        });
        const asJson = flags.output === 'json';
        if (!flags.detach) return followGoal(context, accepted, { asJson, atApproval: 'ask' });
        if (asJson) writeJson(stdout, accepted);
        else stdout.write(`${accepted.id}\n`);
        return OK;
      }),
    );
};
