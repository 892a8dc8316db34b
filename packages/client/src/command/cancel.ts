import { OK } from './exit-code.ts';
import { outputOption, urlOption } from './flags.ts';
import { writeGoalStatus } from './result.ts';
import { subcommand, type AddCommand } from './subcommand.ts';

export const cancel: AddCommand = (parent, actions) => {
  subcommand(parent, 'cancel', {
    group: 'Goals',
    summary: 'cancel a goal, with the model calls that it has in flight',
    examples: ['baton cancel goal_01h455vb4pex5vsknk084sn02q'],
  })
    .argument('<id>', "the goal's")
    .addOption(outputOption())
    .addOption(urlOption())
    .action(
      actions.onServer(async ({ client, signal, stdout }, id, { output }) => {
        const goal = await client.goals.cancel(id, { signal });
        writeGoalStatus(stdout, goal, output === 'json');
        return OK;
      }),
    );
};
