import { readFile } from 'node:fs/promises';
import type { NewGoal, NewPlan } from '../client.ts';
import { reasonOf } from '../errors.ts';
import { defineCommand, UsageError, type FlagValues } from './command.ts';
import { labelFlag, oneOf, outputFlag, readLabels, wantsJson } from './flags.ts';
import { followGoal } from './follow-goal.ts';

const flags = {
  context: {
    type: 'string',
    value: '<text|@file>',
    help: 'material for the goal; a .json file that holds an object is sent as one',
  },
  recipe: { type: 'string', value: '<name>', help: 'a preset for this kind of goal' },
  plan: { type: 'string', value: '<file.json>', help: 'run this plan in place of making one' },
  priority: {
    type: 'string',
    value: 'high|medium|low',
    help: 'of its tasks in the queues; medium unless given',
  },
  label: labelFlag('a label to find the goal by'),
  output: outputFlag,
} as const;

type Priority = NonNullable<NonNullable<NewGoal['options']>['priority']>;
const priorities: Readonly<Record<Priority, true>> = { high: true, medium: true, low: true };

async function readGivenFile(flag: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`--${flag} names "${path}", which can not be read: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}

function parseObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

async function readContext(given: string): Promise<NonNullable<NewGoal['context']>> {
  if (!given.startsWith('@')) return given;
  const path = given.slice(1);
  const text = await readGivenFile('context', path);
  const object = path.endsWith('.json') ? parseObject(text) : null;
  return object === null ? text : (object as Exclude<NewGoal['context'], string | undefined>);
}

async function readPlan(path: string): Promise<NewPlan> {
  const plan = parseObject(await readGivenFile('plan', path));
  if (plan) return plan as NewPlan;
  throw new UsageError(`--plan names "${path}", which does not hold a JSON object: {"tasks": [...]}.`);
}

async function newGoal(goal: string, values: FlagValues<typeof flags>): Promise<NewGoal> {
  const priority = oneOf('priority', values.priority, priorities);
  return {
    goal,
    ...(values.context !== undefined && { context: await readContext(values.context) }),
    ...(values.recipe !== undefined && { recipe: values.recipe }),
    ...(values.plan !== undefined && { plan: await readPlan(values.plan) }),
    ...(priority !== undefined && { options: { priority } }),
    ...(values.label !== undefined && { labels: readLabels(values.label) }),
  };
}

export const run = defineCommand({
  name: 'run',
  operands: '"<goal>"',
  summary: `Submits a goal, shows its progress on stderr and prints its answer on stdout.
Ctrl-C leaves the goal running. Exit code: 0 succeeded, 3 partially succeeded, 4 failed, 5 cancelled or expired,
2 a request that is refused, 6 no server.`,
  flags,
  prepare(values, operands) {
    const goal = operands.join(' ').trim();
    if (goal === '') throw new UsageError('Say what is to be achieved: baton run "<goal>".');
    const asJson = wantsJson(values.output);
    return async (context) => {
      const request = await newGoal(goal, values);
      const accepted = await context.client.goals.create(request, { signal: context.signal });
      return followGoal(context, accepted, asJson);
    };
  },
});
