import { OK } from './exit-code.ts';
import { outputOption, urlOption } from './flags.ts';
import { writeGoalStatus } from './result.ts';
import { subcommand, type AddCommand } from './subcommand.ts';

export const reject: AddCommand = (parent, actions) => {
  subcommand(parent, 'reject', {
    group: 'Goals',
    summary: 'end a goal whose plan waits for approval',
    examples: ['baton reject goal_01h455vb4pex5vsknk084sn02q --reason "Leave the prices out"'],
  })
    .argument('<id>', "the goal's")
    .option('--reason <text>', 'why, for whoever looks at the goal')
    .addOption(outputOption())
    .addOption(urlOption())
    .action(
      actions.onServer(async ({ client, signal, stdout }, id, { reason, output }) => {
        const goal = await client.goals.reject(id, { ...(reason !== undefined && { reason }), signal });
        writeGoalStatus(stdout, goal, output === 'json');
        return OK;
      }),
    );
};
