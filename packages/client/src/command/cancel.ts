import { defineCommand, onlyOperand } from './command.ts';
import { OK } from './exit-code.ts';
import { outputFlag, wantsJson } from './flags.ts';
import { writeJson } from './follow-goal.ts';

export const cancel = defineCommand({
  name: 'cancel',
  operands: '<id>',
  summary: 'Cancels a goal, with the model calls it has in flight.',
  flags: { output: outputFlag },
  prepare(values, operands) {
    const id = onlyOperand(operands, 'the goal by its id');
    const asJson = wantsJson(values.output);
    return async ({ client, stdout, signal }) => {
      const goal = await client.goals.cancel(id, { signal });
      if (asJson) writeJson(stdout, goal);
      else stdout.write(`${goal.id} ${goal.status}\n`);
      return OK;
    };
  },
});
