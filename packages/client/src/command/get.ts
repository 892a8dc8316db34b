import type { Goal } from '../contract/goal.ts';
import { progressOf } from '../progress/goal-progress.ts';
import { renderTree } from '../tree/render-tree.ts';
import type { ServerContext } from './context.ts';
import { OK } from './exit-code.ts';
import { outputOption, urlOption, wholeNumber } from './flags.ts';
import { citationLines, factLines } from './goal-facts.ts';
import { planDocument, planLines } from './plan-lines.ts';
import { writeJson, writeLines, writeText } from './result.ts';
import { subcommand, type AddCommand } from './subcommand.ts';
import { UsageError } from './usage-error.ts';

export const get: AddCommand = (parent, actions) => {
  subcommand(parent, 'get', {
    group: 'Goals',
    summary: 'print a goal as it is now: its tasks, and its answer once there is one',
    more: `Exit code 0, however the goal fares. With its tasks it shows those of goals within it, what judges said, and what the
answer's references stand for. --rev prints the answer of an earlier run alone.`,
    examples: [
      'baton get goal_01h455vb4pex5vsknk084sn02q',
      'baton get goal_01h455vb4pex5vsknk084sn02q --plan -o json > plan.json',
      'baton get goal_01h455vb4pex5vsknk084sn02q --rev 1 > first-answer.md',
    ],
  })
    .argument('<id>', "the goal's")
    .option('--plan', 'its plan alone; as JSON one that baton run and baton approve take')
    .option('--rev <n>', 'the answer of that run of its plan alone', wholeNumber(1, 999_999_999))
    .addOption(outputOption())
    .addOption(urlOption())
    .action(
      actions.onServer(async (context, id, { plan, rev, output }) => {
        if (rev !== undefined) {
          if (plan) throw new UsageError('--rev prints an answer, --plan a plan: give one of them.');
          await writeAnswer(context, id, rev, output === 'json');
          return OK;
        }
        const goal = await context.client.goals.get(id, { signal: context.signal });
        if (plan) writePlan(context, goal, output === 'json');
        else if (output === 'json') writeJson(context.stdout, goal);
        else writeGoal(context, goal);
        return OK;
      }),
    );
};

function writeGoal({ stdout, now }: ServerContext, goal: Goal): void {
  writeLines(
    stdout,
    renderTree(progressOf(goal), { now: now(), width: stdout.columns, color: stdout.color }),
  );
  writeLines(stdout, factLines(goal, stdout.columns));
  if (goal.output === null) return;
  stdout.write('\n');
  writeText(stdout, goal.output);
  const citations = citationLines(goal);
  if (citations.length > 0) writeLines(stdout, ['', ...citations]);
}

async function writeAnswer(
  { client, signal, stdout }: ServerContext,
  id: string,
  rev: number,
  asJson: boolean,
): Promise<void> {
  const answer = await client.goals.output(id, { rev, signal });
  if (asJson) writeJson(stdout, { id, rev, output: answer });
  else writeText(stdout, answer);
}

function writePlan({ stdout }: ServerContext, { id, status, plan }: Goal, asJson: boolean): void {
  if (plan?.mode !== 'plan') throw new UsageError(`Goal ${id} is ${status} and has no plan.`);
  if (asJson) writeJson(stdout, planDocument(plan));
  else writeLines(stdout, planLines(plan.tasks, stdout.columns));
}
