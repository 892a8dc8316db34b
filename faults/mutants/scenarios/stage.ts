import type { EventName } from '@baton/shared/contract/event';
import type { FailpointName } from '@baton/shared/failpoints/failpoint';
import type { CallRecord } from '@baton/emulator/calls/call-records';
import type { Fault } from '../../../e2e/emulator.ts';
import { plan, type PlannedTask } from '../../../e2e/plans.ts';
import { until } from '../../../e2e/until.ts';
import type { GoalToSubmit } from '../../evidence/client-log.ts';
import type { GoalClient } from '../../evidence/goal-client.ts';
import type { Lab, LabProgram } from '../../lab/lab.ts';

/** ms that one thing may take on a busy machine. */
const PATIENCE = 60_000;

/** What a directed scenario acts on: a lab of its own, and one goal at a time. */
export class Stage {
  readonly lab: Lab;
  readonly client: GoalClient;

  constructor(lab: Lab, client: GoalClient) {
    this.lab = lab;
    this.client = client;
  }

  get api(): LabProgram {
    return first(this.lab.apis);
  }

  get planner(): LabProgram {
    return first(this.lab.planners);
  }

  get worker(): LabProgram {
    return first(this.lab.workers);
  }

  /** The second of its role, for what a twin does. */
  twinOf({ role }: LabProgram): LabProgram {
    const [, second] = role === 'worker' ? this.lab.workers : this.lab.planners;
    if (!second) throw new Error(`The lab has no second ${role}.`);
    return second;
  }

  /** Replaces the process by one that is struck at its first passing of the place. */
  async arm(program: LabProgram, place: FailpointName, action: 'kill' | 'stop' = 'kill'): Promise<void> {
    await program.restart({ FAILPOINT: `${place}:1:${action}` });
  }

  /** As {@link arm}, with nobody else of its role there until the twin is started. */
  async armAlone(program: LabProgram, place: FailpointName, action: 'kill' | 'stop'): Promise<LabProgram> {
    const twin = this.twinOf(program);
    await Promise.all([twin.kill(), this.arm(program, place, action)]);
    return twin;
  }

  async died(program: LabProgram): Promise<void> {
    await program.gone(PATIENCE);
  }

  async stopped(program: LabProgram): Promise<void> {
    await program.stopped(PATIENCE);
  }

  /** Has the process end what it has in hand, and go. */
  async retired(program: LabProgram): Promise<void> {
    process.kill(program.pid, 'SIGTERM');
    await this.died(program);
  }

  /** Has the goal's calls answered so; the first of them, or all that follow when `times` says so. */
  async fault(
    text: string,
    match: { readonly role?: string; readonly task?: string },
    fault: Fault,
    times = 1,
  ): Promise<void> {
    await this.lab.emulator.inject({ match: { contains: text, ...match }, fault, times });
  }

  /** The goal's tasks, or its synthesis, take so long, in ms. */
  async slow(
    text: string,
    match: { readonly role?: string; readonly task?: string },
    ms: number,
  ): Promise<void> {
    await this.fault(text, match, { kind: 'delay', ms }, 10);
  }

  /** The first call of the task, or that after a serial, that is being answered. */
  callInFlight(task: string, afterSerial = 0): Promise<CallRecord> {
    return this.call(
      `a call for ${task} is in flight`,
      (call) => call.task === task && call.endedAt === null,
      afterSerial,
    );
  }

  call(what: string, is: (call: CallRecord) => boolean, afterSerial = 0): Promise<CallRecord> {
    return until(what, async () => (await this.lab.emulator.calls(afterSerial)).calls.find(is), PATIENCE);
  }

  async event(goalId: string, name: EventName, taskId?: string): Promise<void> {
    await until(
      `${name} ${taskId ?? ''} of ${goalId}`,
      async () =>
        (await this.client.events(goalId)).some(
          ({ event, data }) => event === name && (taskId === undefined || data.taskId === taskId),
        ),
      PATIENCE,
    );
  }

  async ended(goalId: string): Promise<void> {
    await this.client.ended(goalId, PATIENCE);
  }
}

function first(programs: readonly LabProgram[]): LabProgram {
  const [program] = programs;
  if (!program) throw new Error('The lab has no such program.');
  return program;
}

export function goalOf(
  name: string,
  tasks: readonly PlannedTask[],
  more: Partial<GoalToSubmit> = {},
): GoalToSubmit {
  return { goal: `Find out what there is to know about ${name}.`, plan: plan(...tasks), ...more };
}
