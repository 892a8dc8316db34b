import { outputOption, urlOption } from './flags.ts';
import { followGoal } from './follow-goal.ts';
import { subcommand, type AddCommand } from './subcommand.ts';

export const watch: AddCommand = (parent, actions) => {
  subcommand(parent, 'watch', {
    group: 'Goals',
    summary: "show a goal's progress from its beginning and print its answer",
    more: 'Progress goes to stderr, the answer to stdout. Ctrl-C leaves the goal running. Exit codes as of baton run.',
    examples: ['baton watch goal_01h455vb4pex5vsknk084sn02q'],
  })
    .argument('<id>', "the goal's")
    .addOption(outputOption())
    .addOption(urlOption())
    .action(
      actions.onServer(async (context, id, { output }) => {
        const goal = await context.client.goals.get(id, { signal: context.signal });
        return followGoal(context, goal, { asJson: output === 'json', atApproval: 'wait' });
      }),
    );
};
