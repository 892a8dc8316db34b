import { Option } from '@commander-js/extra-typings';
import type { NewGoal } from '../client.ts';
import { OK } from './exit-code.ts';
import { collectLabels, namesOf, outputOption, urlOption } from './flags.ts';
import { followGoal } from './follow-goal.ts';
import { readContext, readPlan } from './given-file.ts';
import { planningOptions, withPlanningFlags, type PlanningFlags } from './planning-flags.ts';
import { writeJson } from './result.ts';
import { subcommand, type AddCommand } from './subcommand.ts';
import { UsageError } from './usage-error.ts';
import type { TextInput } from '../view/text-input.ts';

type Priority = NonNullable<NonNullable<NewGoal['options']>['priority']>;
const priorities = namesOf<Priority>({ high: true, medium: true, low: true });

interface Flags extends PlanningFlags {
  readonly context?: string;
  readonly recipe?: string;
  readonly plan?: string;
  readonly priority?: Priority;
  readonly deadline?: string;
  readonly approval?: true;
  readonly label?: Record<string, string>;
  readonly webhook?: string;
}

/** Only what was said is sent: the server knows the defaults. */
async function newGoal(goal: string, flags: Flags, stdin: TextInput): Promise<NewGoal> {
  const { context, recipe, plan, priority, deadline, approval, label, webhook } = flags;
  const options = {
    ...planningOptions(flags),
    ...(priority !== undefined && { priority }),
    ...(deadline !== undefined && { deadline }),
    ...(approval !== undefined && { approval }),
  };
  return {
    goal,
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
      'baton run "Plan a launch" --plan plan.json --priority high --deadline 30m -o json',
      'baton run "Weekly report" --recipe report --label team=growth --idempotency-key report-2026-w14 --detach',
    ],
  }).argument('<goal...>', 'what is to be achieved');
  withPlanningFlags(command)
    .option(
      '--context <text|@file>',
      'material for the goal; a .json file that holds an object is sent as one',
    )
    .option('--recipe <name>', 'a preset for this kind of goal: see baton recipes')
    .option('--plan <file>', 'run this plan in place of making one; - reads stdin')
    .addOption(
      new Option('--priority <level>', 'of its tasks in the queues; medium unless given').choices(priorities),
    )
    .option('--deadline <duration>', 'from now to its end, such as 90s, 10m or 2h')
    .option('--approval', 'its plan waits until somebody approves it')
    .option('--label <key=value>', 'a label to find the goal by; may be repeated', collectLabels)
    .option('--webhook <url>', 'an address that is told of the end')
    .option('--idempotency-key <key>', 'submitting again with this key gives the same goal, for a day')
    .option('--detach', 'print the id and leave, without waiting for the end')
    .addOption(outputOption())
    .addOption(urlOption())
    .action(
      actions.onServer(async (context, words, flags) => {
        const { client, signal, stdin, stdout } = context;
        const goal = words.join(' ').trim();
        if (goal === '') throw new UsageError('The goal is empty: say what is to be achieved.');
        const request = await newGoal(goal, flags, stdin);
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
