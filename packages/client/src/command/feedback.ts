import { plural } from '../progress/quantities.ts';
import { OK } from './exit-code.ts';
import { fraction, outputOption, urlOption } from './flags.ts';
import { writeJson } from './result.ts';
import { subcommand, type AddCommand } from './subcommand.ts';

export const feedback: AddCommand = (parent, actions) => {
  subcommand(parent, 'feedback', {
    group: 'Goals',
    summary: 'say how good the answer of a goal is',
    examples: ['baton feedback goal_01h455vb4pex5vsknk084sn02q --score 0.8 --comment "Prices are old"'],
  })
    .argument('<id>', "the goal's")
    .requiredOption('--score <number>', 'from 0 (useless) to 1 (all that was wanted)', fraction)
    .option('--comment <text>', 'in words')
    .addOption(outputOption())
    .addOption(urlOption())
    .action(
      actions.onServer(async ({ client, signal, stdout }, id, { score, comment, output }) => {
        const given = { score, ...(comment !== undefined && { comment }), signal };
        const goal = await client.goals.feedback(id, given);
        if (output === 'json') writeJson(stdout, goal);
        else stdout.write(`Kept with ${goal.id}${beside(goal.feedback.length - 1)}.\n`);
        return OK;
      }),
    );
};

function beside(earlier: number): string {
  return earlier > 0 ? `, beside ${plural(earlier, 'earlier one')}` : '';
}
