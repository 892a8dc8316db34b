import type { Goal } from '@baton/shared/contract/goal';
import { harmless, oneLine } from '../tree/text-width.ts';
import { openGoalView } from '../view/open-goal-view.ts';
import type { TextOutput } from '../view/text-output.ts';
import type { CommandContext } from './command.ts';
import { exitCodeFor } from './exit-code.ts';

/** Shows the goal's progress until it ends, then its answer; resolves to the exit code. The goal goes on if this ends early. */
export async function followGoal(context: CommandContext, goal: Goal, asJson: boolean): Promise<number> {
  const ended = await watchToEnd(context, goal);
  writeResult(context, ended, asJson);
  return exitCodeFor(ended.status);
}

async function watchToEnd(context: CommandContext, { id, goal, createdAt }: Goal): Promise<Goal> {
  const { client, signal, stderr, now } = context;
  const view = openGoalView({ id, goal, createdAt }, stderr, now);
  try {
    for await (const event of client.goals.events(id, { signal })) view.show(event);
    const ended = await client.goals.get(id, { signal });
    view.end(ended);
    return ended;
  } catch (error) {
    view.close();
    if (stderr.isTerminal) stderr.write('\n');
    const again = context.sameServer === '' ? id : `${id} ${context.sameServer}`;
    stderr.write(`Goal ${id} goes on without this command, as long as its server runs.\n`);
    stderr.write(`  watch it:   npx baton watch ${again}\n  cancel it:  npx baton cancel ${again}\n`);
    throw error;
  } finally {
    view.close();
  }
}

function writeResult({ stdout, stderr }: CommandContext, goal: Goal, asJson: boolean): void {
  if (goal.error) stderr.write(`${oneLine(goal.error.message)} (${goal.error.type})\n`);
  for (const { path, message } of goal.error?.violations ?? []) {
    stderr.write(`  ${oneLine(path === '' ? message : `${path}: ${message}`)}\n`);
  }
  if (goal.missing.length > 0) stderr.write('Missing from the answer:\n');
  for (const { taskId, reason } of goal.missing) stderr.write(`  ${oneLine(`${taskId}: ${reason}`)}\n`);
  if (goal.simulated && goal.output !== null) {
    stderr.write('This answer is simulated: an emulator wrote it, not a model.\n');
  }
  if (asJson) {
    writeJson(stdout, goal);
    return;
  }
  if (goal.output === null) return;
  if (stdout.isTerminal && stderr.isTerminal) stderr.write('\n');
  writeText(stdout, goal.output);
}

/** Text of a model: untouched for a file or a program, harmless for a terminal. */
export function writeText(output: TextOutput, text: string): void {
  const shown = output.isTerminal ? harmless(text) : text;
  output.write(shown.endsWith('\n') ? shown : `${shown}\n`);
}

export function writeJson(output: TextOutput, value: object): void {
  output.write(`${JSON.stringify(value, null, 2)}\n`);
}
