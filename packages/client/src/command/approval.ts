import type { Goal } from '../contract/goal.ts';
import type { PlanView } from '../contract/plan.ts';
import type { NewPlan } from '../client.ts';
import { BatonError } from '../errors.ts';
import type { ServerContext } from './context.ts';
import { editPlan } from './edit-plan.ts';
import { planDocument, planLines } from './plan-lines.ts';
import { reportError } from './report-error.ts';
import { writeLines } from './result.ts';

const QUESTION = 'Run this plan? [y]es, [n]o, [e]dit, or Enter to decide later: ';

/** Whether somebody sits at this command who can be asked. */
export function canAsk({ stdin, stderr }: ServerContext): boolean {
  return stdin.isTerminal && stderr.isTerminal;
}

/** Shows the goal's plan and asks until it is approved or rejected, here or elsewhere; false when that is left for later. */
export async function askForApproval(context: ServerContext, { id, plan }: Goal): Promise<boolean> {
  const { client, signal, stderr } = context;
  let text = JSON.stringify(planDocument(plan ?? noPlan), null, 2);
  let edited: NewPlan | null = null;
  writePlan(context, plan);
  for (;;) {
    const answer = await ask(context, `\n${QUESTION}`);
    if (answer === null || isShort(answer, 'later')) return false;
    try {
      if (isShort(answer, 'yes')) {
        await client.goals.approve(id, { ...(edited && { plan: edited }), signal });
        return true;
      }
      if (isShort(answer, 'no')) {
        const reason = await ask(context, 'Why? (may be left empty) ');
        await client.goals.reject(id, { ...(reason && { reason }), signal });
        return true;
      }
    } catch (error) {
      if (!(error instanceof BatonError) || (error.status !== 400 && error.status !== 409)) throw error;
      writeLines(stderr, reportError(error, null).lines);
      // Somebody else has decided meanwhile; what a plan lacks can be edited.
      if (error.status === 409) return true;
      continue;
    }
    if (isShort(answer, 'edit')) {
      const after = await editPlan(context, text);
      text = after.text;
      edited = after.plan ?? edited;
    } else {
      stderr.write(`"${answer}" is not an answer: type yes, no, edit or later.\n`);
    }
  }
}

/** @param plan never null while it waits */
export function writePlan({ stderr }: ServerContext, plan: Goal['plan']): void {
  stderr.write('\n');
  writeLines(stderr, planLines(plan?.tasks ?? [], stderr.columns - 1));
}

const noPlan: Pick<PlanView, 'analysis' | 'tasks'> = { analysis: '', tasks: [] };

function isShort(answer: string, word: string): boolean {
  return word.startsWith(answer.toLowerCase());
}

/** The answer without blanks around it; null when the input has ended. */
async function ask({ stdin, stderr, signal }: ServerContext, question: string): Promise<string | null> {
  stderr.write(question);
  const line = await stdin.line(signal);
  if (line === null) stderr.write('\n');
  return line?.trim() ?? null;
}

/** For when nobody can be asked, or nobody has answered. */
export function writeHowToApprove({ stderr, sameServer }: ServerContext, id: string): void {
  const again = (command: string, flags = ''): string =>
    ['npx baton', command, id, flags, sameServer].filter((part) => part !== '').join(' ');
  writeLines(stderr, [
    `The plan of goal ${id} waits for approval.`,
    `  approve it:  ${again('approve')}`,
    `  change it:   ${again('get', '--plan -o json')} > plan.json, edit it, then ${again('approve', '--plan plan.json')}`,
    `  reject it:   ${again('reject')}`,
  ]);
}
