import { progressOf } from '../progress/goal-progress.ts';
import { renderTree } from '../tree/render-tree.ts';
import { defineCommand, onlyOperand } from './command.ts';
import { OK } from './exit-code.ts';
import { outputFlag, wantsJson } from './flags.ts';
import { writeJson, writeText } from './follow-goal.ts';

export const get = defineCommand({
  name: 'get',
  operands: '<id>',
  summary:
    'Prints a goal as it is now: its tasks, and its answer once there is one. Exit code 0, however the goal fares.',
  flags: { output: outputFlag },
  prepare(values, operands) {
    const id = onlyOperand(operands, 'the goal by its id');
    const asJson = wantsJson(values.output);
    return async ({ client, stdout, signal, now }) => {
      const goal = await client.goals.get(id, { signal });
      if (asJson) {
        writeJson(stdout, goal);
        return OK;
      }
      const screen = { now: now(), width: stdout.columns, color: stdout.color };
      stdout.write(`${renderTree(progressOf(goal), screen).join('\n')}\n`);
      if (goal.output !== null) {
        stdout.write('\n');
        writeText(stdout, goal.output);
      }
      return OK;
    };
  },
});
