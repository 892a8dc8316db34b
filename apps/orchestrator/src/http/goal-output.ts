import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Goal } from '@baton/shared/contract/goal';
import { isTerminal } from '@baton/shared/contract/goal-status';
import { ProblemError } from './problem.ts';
import { check } from './validate.ts';

const outputQuerySchema = z.strictObject({
  rev: z
    .string('must be given once')
    .regex(/^\d{1,9}$/, 'must be a whole number: the "rev" of one of the goal\'s results')
    .transform(Number)
    .optional(),
});

/** Answers of earlier runs of a goal that is known to be the caller's; null where that run had none. */
export type EarlierOutput = (goalId: string, rev: number) => Promise<string | null>;

function revsOf({ results }: Goal): string {
  if (results.length === 0) return 'It has not ended yet.';
  return `It has ended at rev ${results.map(({ rev }) => rev).join(', ')}.`;
}

async function outputOf(goal: Goal, rev: number, earlier: EarlierOutput): Promise<string> {
  if (rev === goal.rev) {
    if (goal.output !== null) return goal.output;
    const hint = isTerminal(goal.status) ? '.' : ` yet: follow ${goal.links.events}.`;
    throw new ProblemError('conflict', `Goal ${goal.id} is ${goal.status} and has no output${hint}`);
  }
  const output = await earlier(goal.id, rev);
  if (output !== null) return output;
  throw new ProblemError('not_found', `Goal ${goal.id} has no output of rev ${rev}. ${revsOf(goal)}`);
}

/** Sends the goal's answer, of its latest run or of the one that the query names. */
export async function sendOutput(
  goal: Goal,
  earlier: EarlierOutput,
  request: Request,
  response: Response,
): Promise<void> {
  const { rev = goal.rev } = check(outputQuerySchema, request.query, 'the query');
  const output = await outputOf(goal, rev, earlier);
  if (goal.simulated) response.setHeader('baton-simulated', 'true');
  response.type('text/markdown').send(output);
}
