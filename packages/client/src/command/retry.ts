import { defineCommand, onlyOperand } from './command.ts';
import { outputFlag, wantsJson } from './flags.ts';
import { followGoal } from './follow-goal.ts';

export const retry = defineCommand({
  name: 'retry',
  operands: '<id>',
  summary: `Sets an ended goal going again, with what failed, was skipped or was cancelled; what succeeded is kept.
Shows its progress on stderr and prints its answer on stdout. Ctrl-C leaves the goal running. Exit code: as baton run.`,
  flags: { output: outputFlag },
  prepare(values, operands) {
    const id = onlyOperand(operands, 'the goal by its id');
    const asJson = wantsJson(values.output);
    return async (context) => {
      const goal = await context.client.goals.retry(id, { signal: context.signal });
      return followGoal(context, goal, asJson);
    };
  },
});
