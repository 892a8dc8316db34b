import { z } from 'zod';

/** The arguments of a tool; one that is not known is refused, with the names that are. */
export function toolArguments<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape).join(', ');
  return strictArguments(shape, `known arguments are ${known}`);
}

export function strictArguments<Shape extends z.ZodRawShape>(shape: Shape, known: string) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `unknown: ${(issue.keys ?? []).join(', ')}; ${known}` : undefined,
  });
}

/** Longest wait of one call, in seconds. */
const LONGEST_WAIT = 600;

export const goalIdArgument = z
  .string()
  .min(1)
  .max(100)
  .describe('The goal\'s id, such as "goal_…", as submit_goal and list_goals give it.');

export const waitArgument = (unlessGiven: number) =>
  z
    .int()
    .min(0)
    .max(LONGEST_WAIT)
    .default(unlessGiven)
    .describe(
      `Longest time to wait for the goal's end, in seconds, 0 to ${LONGEST_WAIT}; ${unlessGiven} unless given. ` +
        'The goal goes on when the wait is over. Keep it below the time limit of your own tool calls.',
    );

export const labelsArgument = (meaning: string) =>
  z.record(z.string().min(1).max(63), z.string().max(256)).optional().describe(meaning);
