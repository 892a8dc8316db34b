/**
 * Places at which a process can be made to die or to stand still, so that tests reach the moments that chance rarely does.
 * Inert unless `FAILPOINT` arms one (docs/failpoints.md). A name says what has just been done.
 */
import { writeSync } from 'node:fs';

export const failpointNames = [
  'submit.checked',
  'submit.written',
  'submit.durable',
  'submit.queued',
  'cancel.ended',
  'approve.recorded',
  'approve.queued',
  'retry.recorded',
  'retry.queued',
  'plan.taken',
  'plan.marked',
  'plan.call.begun',
  'plan.call.answered',
  'plan.call.journaled',
  'plan.decided',
  'plan.proposed',
  'plan.recorded',
  'flow.claimed',
  'flow.added',
  'flow.marked',
  'flow.abandoned',
  'flow.removed',
  'task.taken',
  'task.started',
  'task.call.begun',
  'task.call.answered',
  'task.call.journaled',
  'task.decided',
  'task.recorded',
  'task.released',
  'tool.begun',
  'tool.ran',
  'tool.recorded',
  'settle.taken',
  'settle.read',
  'settle.released',
  'link.taken',
  'link.read',
  'link.parked',
  'replan.marked',
  'replan.call.begun',
  'replan.call.answered',
  'replan.call.journaled',
  'replan.decided',
  'replan.recorded',
  'assessment.taken',
  'assessment.marked',
  'assessment.call.begun',
  'assessment.call.answered',
  'assessment.call.journaled',
  'assessment.decided',
  'assessment.recorded',
  'subgoal.taken',
  'subgoal.started',
  'subgoal.created',
  'subgoal.queued',
  'subgoal.retried',
  'subgoal.recorded',
  'subgoal.woken',
  'synthesis.taken',
  'synthesis.marked',
  'synthesis.call.begun',
  'synthesis.call.answered',
  'synthesis.call.journaled',
  'synthesis.decided',
  'goal.ending',
  'goal.ended',
  'watchdog.found',
  'watchdog.repaired',
  'batch.claimed',
  'batch.created',
  'batch.submitted',
  'batch.delivered',
  'webhook.claimed',
  'webhook.sent',
  'webhook.settled',
] as const;
export type FailpointName = (typeof failpointNames)[number];

/** `kill`: the process is gone, as by SIGKILL. `stop`: it stands still, as by SIGSTOP, until somebody sends SIGCONT. */
export type FailpointAction = 'kill' | 'stop';

export interface Failpoint {
  readonly name: FailpointName;
  /** Strikes when the process passes it for this time, counting from 1, and then never again. */
  readonly passing: number;
  readonly action: FailpointAction;
}

interface Armed extends Failpoint {
  passed: number;
}

let armed: ReadonlyMap<string, Armed> | null = null;

/** Called once, by a process at its start. */
export function armFailpoints(failpoints: readonly Failpoint[]): void {
  armed =
    failpoints.length === 0
      ? null
      : new Map(failpoints.map((point) => [point.name, { ...point, passed: 0 }]));
}

/** Says on stderr which one strikes, at once and whole: what is buffered dies with the process. */
function strike({ name, action }: Failpoint): void {
  writeSync(2, `failpoint ${name} ${action}\n`);
  process.kill(process.pid, action === 'kill' ? 'SIGKILL' : 'SIGSTOP');
}

/** Marks a place. */
export function failpoint(name: FailpointName): void {
  if (armed === null) return;
  const point = armed.get(name);
  if (!point) return;
  point.passed += 1;
  if (point.passed === point.passing) strike(point);
}
