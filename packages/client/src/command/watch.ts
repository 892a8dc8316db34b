import { defineCommand, onlyOperand } from './command.ts';
import { outputFlag, wantsJson } from './flags.ts';
import { followGoal } from './follow-goal.ts';

export const watch = defineCommand({
  name: 'watch',
  operands: '<id>',
  summary: `Shows a goal's progress from its beginning on stderr and prints its answer on stdout.
Ctrl-C leaves the goal running. Exit code: as baton run.`,
  flags: { output: outputFlag },
  prepare(values, operands) {
    const id = onlyOperand(operands, 'the goal by its id');
    const asJson = wantsJson(values.output);
    return async (context) => {
      const goal = await context.client.goals.get(id, { signal: context.signal });
      return followGoal(context, goal, asJson);
    };
  },
});
