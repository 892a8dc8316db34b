import { OK } from './exit-code.ts';
import { outputOption, urlOption } from './flags.ts';
import { followGoal } from './follow-goal.ts';
import { writeGoalStatus } from './result.ts';
import { subcommand, type AddCommand } from './subcommand.ts';

export const retry: AddCommand = (parent, actions) => {
  subcommand(parent, 'retry', {
    group: 'Goals',
    summary: 'run again what failed, was skipped or was cancelled, and follow the goal',
    more: 'What succeeded is kept. Ctrl-C leaves the goal running. Exit codes as of baton run.',
    examples: [
      'baton retry goal_01h455vb4pex5vsknk084sn02q',
      'baton retry goal_01h455vb4pex5vsknk084sn02q --detach',
    ],
  })
    .argument('<id>', "the goal's")
    .option('--detach', 'leave as soon as the goal goes on')
    .addOption(outputOption())
    .addOption(urlOption())
    .action(
      actions.onServer(async (context, id, { detach, output }) => {
        const goal = await context.client.goals.retry(id, { signal: context.signal });
        const asJson = output === 'json';
        if (!detach) return followGoal(context, goal, { asJson, atApproval: 'ask' });
        writeGoalStatus(context.stdout, goal, asJson);
        return OK;
      }),
    );
};
