import { OK } from './exit-code.ts';
import { outputOption, urlOption } from './flags.ts';
import { followGoal } from './follow-goal.ts';
import { readPlan } from './given-file.ts';
import { writeGoalStatus } from './result.ts';
import { subcommand, type AddCommand } from './subcommand.ts';

export const approve: AddCommand = (parent, actions) => {
  subcommand(parent, 'approve', {
    group: 'Goals',
    summary: 'let a plan run that waits for approval, and follow the goal',
    more: 'Ctrl-C leaves the goal running. Exit codes as of baton run. The plan itself: baton get <id> --plan.',
    examples: [
      'baton approve goal_01h455vb4pex5vsknk084sn02q',
      'baton get goal_01h455vb4pex5vsknk084sn02q --plan -o json > plan.json',
      'baton approve goal_01h455vb4pex5vsknk084sn02q --plan plan.json --detach',
    ],
  })
    .argument('<id>', "the goal's")
    .option('--plan <file>', 'an edited plan that takes the place of the one that waits; - reads stdin')
    .option('--detach', 'leave as soon as the goal goes on')
    .addOption(outputOption())
    .addOption(urlOption())
    .action(
      actions.onServer(async (context, id, { plan: path, detach, output }) => {
        const { client, signal, stdin, stdout } = context;
        const plan = path === undefined ? null : await readPlan('--plan', path, stdin);
        const goal = await client.goals.approve(id, { ...(plan && { plan }), signal });
        const asJson = output === 'json';
        if (!detach) return followGoal(context, goal, { asJson, atApproval: 'wait' });
        writeGoalStatus(stdout, goal, asJson);
        return OK;
      }),
    );
};
