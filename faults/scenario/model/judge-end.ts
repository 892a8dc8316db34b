import { isPaid, type GoalCalls } from '../../checker/goal-calls.ts';
import type { CallRecord } from '../../evidence/evidence.ts';
import { expectedEnd } from './expected-end.ts';
import { STRUCK_TASK, type ModelFaultCase } from './model-fault-case.ts';

function isOfStep({ role, task }: CallRecord, struck: ModelFaultCase): boolean {
  return struck.role === 'task' ? task === STRUCK_TASK : role === struck.role;
}

/** What is not as the fault must leave it, in sentences. */
export function judgeEnd(struck: ModelFaultCase, { seen: { goal }, calls }: GoalCalls): string[] {
  if (goal === null) return ['The API knows no such goal.'];
  const expected = expectedEnd(struck);
  const own = calls.filter((call) => isOfStep(call, struck));
  const told = goal.usage.possiblyRepeatedCalls;
  const status = goal.tasks.find(({ id }) => id === STRUCK_TASK)?.status;
  const paid = own.filter(isPaid).length;
  const [least, most] = expected.told;
  const others = calls.filter((call) => !isOfStep(call, struck));
  const again = others.length - new Set(others.map(({ requestHash }) => requestHash)).size;
  return [
    ...(goal.status === expected.status
      ? []
      : [
          `The goal is ${goal.status} instead of ${expected.status}: ${JSON.stringify(goal.error ?? goal.missing)}`,
        ]),
    ...(expected.task === undefined || expected.task === status
      ? []
      : [`The struck task is ${status} instead of ${expected.task}.`]),
    ...(own.length === expected.calls
      ? []
      : [`The step was called ${own.length} times instead of ${expected.calls}.`]),
    ...(paid === expected.paid ? [] : [`The step cost ${paid} calls instead of ${expected.paid}.`]),
    ...(told >= least && told <= most
      ? []
      : [`The goal tells of ${told} possibly repeated calls, where ${least} to ${most} are due.`]),
    ...(again === 0 ? [] : [`Steps that met no fault were called ${again} times more than once.`]),
  ];
}

/** What harm came to a goal that met no fault itself. */
export function judgeNeighbour({ seen: { goal }, calls }: GoalCalls, withinMs: number): string[] {
  if (goal === null) return ['The API knows no such goal.'];
  const { status, usage, createdAt, finishedAt } = goal;
  const took =
    finishedAt === null ? Number.POSITIVE_INFINITY : Date.parse(finishedAt) - Date.parse(createdAt);
  const told = usage.possiblyRepeatedCalls;
  return [
    ...(status === 'succeeded'
      ? []
      : [`A neighbour is ${status}: ${JSON.stringify(goal.error ?? goal.missing)}`]),
    ...(calls.length === usage.calls && told === 0
      ? []
      : [
          `A neighbour made ${calls.length} calls and tells of ${usage.calls}, and of ${told} possibly repeated.`,
        ]),
    ...(took <= withinMs ? [] : [`A neighbour took ${took} ms, where ${withinMs} are enough.`]),
  ];
}
