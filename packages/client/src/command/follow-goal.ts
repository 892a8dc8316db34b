import type { Goal } from '../contract/goal.ts';
import { treeEvents } from '../progress/tree-events.ts';
import { oneLine } from '../tree/text-width.ts';
import { withoutEcho } from '../tree/without-echo.ts';
import { openGoalView } from '../view/open-goal-view.ts';
import { askForApproval, canAsk, writeHowToApprove, writePlan } from './approval.ts';
import type { ServerContext } from './context.ts';
import { exitCodeFor } from './exit-code.ts';
import { citationLines } from './goal-facts.ts';
import { writeJson, writeLines, writeText } from './result.ts';

export interface FollowOptions {
  readonly asJson: boolean;
  /** Where the plan waits for approval: `ask` whoever sits here, leaving when nobody does, or `wait` for somebody elsewhere. */
  readonly atApproval: 'ask' | 'wait';
}

/**
 * Shows the goal's progress until it ends, then its answer; resolves to the exit code. The goal goes on if this ends early,
 * as it does where its plan waits for an approval that nobody gives here.
 */
export async function followGoal(
  context: ServerContext,
  goal: Goal,
  options: FollowOptions,
): Promise<number> {
  const last = await watchToEnd(context, goal, options);
  if (last.status !== 'awaiting_approval') writeResult(context, last, options.asJson);
  else if (options.asJson) writeJson(context.stdout, last);
  return exitCodeFor(last.status);
}

/** Resolves to the goal after its end, or to the one whose plan is left waiting. */
async function watchToEnd(context: ServerContext, goal: Goal, { atApproval }: FollowOptions): Promise<Goal> {
  let awaitsAnswer = false;
  try {
    for (;;) {
      const seen = await watchToHalt(context, goal, atApproval === 'ask');
      if (seen.status !== 'awaiting_approval') return seen;
      awaitsAnswer = true;
      if (!canAsk(context)) writePlan(context, seen.plan);
      else if (await askForApproval(context, seen)) awaitsAnswer = false;
      if (awaitsAnswer) return seen;
    }
  } catch (error) {
    if (!awaitsAnswer) writeHowToComeBack(context, goal.id);
    throw error;
  } finally {
    if (awaitsAnswer) {
      context.stderr.write('\n');
      writeHowToApprove(context, goal.id);
    }
  }
}

function writeHowToComeBack({ stderr, sameServer }: ServerContext, id: string): void {
  const again = sameServer === '' ? id : `${id} ${sameServer}`;
  if (stderr.isTerminal) stderr.write('\n');
  stderr.write(`Goal ${id} goes on without this command, as long as its server runs.\n`);
  stderr.write(`  watch it:   npx baton watch ${again}\n  cancel it:  npx baton cancel ${again}\n`);
}

/** Shows the goal from its beginning to its end or, where `untilApproval`, to where its plan waits now. */
async function watchToHalt(
  { client, signal, stderr, now }: ServerContext,
  { id, goal, createdAt }: Goal,
  untilApproval: boolean,
): Promise<Goal> {
  const view = openGoalView({ id, goal, createdAt }, stderr, now);
  try {
    for await (const event of treeEvents(client.goals.stream, id, { signal })) {
      view.show(event);
      const isOwn = event.data.goalId === id;
      if (!untilApproval || !isOwn || event.event !== 'goal.awaiting_approval') continue;
      // Events of what was approved or rejected since are still told.
      const current = await client.goals.get(id, { signal });
      if (current.status === 'awaiting_approval') return current;
    }
    const ended = await client.goals.get(id, { signal });
    view.end(ended);
    return ended;
  } finally {
    view.close();
  }
}

function writeResult({ stdout, stderr }: ServerContext, goal: Goal, asJson: boolean): void {
  if (goal.error) stderr.write(`${oneLine(goal.error.message)} (${goal.error.type})\n`);
  for (const { path, message } of goal.error?.violations ?? []) {
    stderr.write(`  ${oneLine(path === '' ? message : `${path}: ${message}`)}\n`);
  }
  if (goal.missing.length > 0) stderr.write('Missing from the answer:\n');
  for (const reason of new Set(goal.missing.map((part) => part.reason))) {
    const ids = goal.missing.filter((part) => part.reason === reason).map(({ taskId }) => taskId);
    stderr.write(`  ${oneLine(`${ids.join(', ')}: ${withoutEcho(reason, goal.finishedEarly)}`)}\n`);
  }
  if (goal.simulated && goal.output !== null) {
    stderr.write('This answer is simulated: an emulator wrote it, not a model.\n');
  }
  if (goal.finishedEarly !== null) stderr.write(`Finished early: ${oneLine(goal.finishedEarly)}\n`);
  if (asJson) {
    writeJson(stdout, goal);
    return;
  }
  if (goal.output === null) return;
  const isRead = stdout.isTerminal && stderr.isTerminal;
  if (isRead) stderr.write('\n');
  writeText(stdout, goal.output);
  const citations = citationLines(goal);
  writeLines(stderr, isRead && citations.length > 0 ? ['', ...citations] : citations);
}
