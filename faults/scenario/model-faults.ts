import { setTimeout as delay } from 'node:timers/promises';
import { callsByGoal } from '../checker/goal-calls.ts';
import { repeatRate } from '../checker/repeats.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { MemoryWatch } from '../fuzz/memory.ts';
import type { Lab } from '../lab/lab.ts';
import { openLab } from '../lab/open-lab.ts';
import { judgeEnd, judgeNeighbour } from './model/judge-end.ts';
import {
  casesOf,
  neighbours,
  rounds,
  ruleOf,
  type ModelFaultCase,
  type Round,
} from './model/model-fault-case.ts';
import {
  repeatCommand,
  type ScenarioOptions,
  type ScenarioReport,
  type ScenarioViolation,
} from './report.ts';
import { Session } from './session.ts';
import { judge, notCarriedOut, type CaseIdentity } from './verdict.ts';

export interface ModelFaultsOptions extends ScenarioOptions {
  /** Leaves out the faults that last, which take two minutes and a half; false unless given. */
  readonly short?: boolean;
}

/** A model that says nothing for so long, or is not done after so long, is given up: short, since faults wait for it. */
const environment = { MODEL_IDLE_TIMEOUT: '3s', MODEL_TIMEOUT: '8s' };
const NEIGHBOURS = 4;
/** While faults last others are answered all the time: what fails is the struck call, and not the endpoint. */
const NEIGHBOURS_OF_LASTING = 180;
const NEIGHBOUR_EVERY = 500;
const NEIGHBOUR_WITHIN = 45_000;
/** Eight calls, each given up after 8 s, with all the waits between them. */
const QUIET_WITHIN = 150_000;
/** MiB that a process may hold at any time beyond what it held before. */
const MOST_MEMORY = 300;
const LOOK_EVERY = 100;

interface RoundResult {
  readonly evidence: Evidence;
  readonly memory: MemoryWatch;
}

async function runRound(lab: Lab, round: Round, cases: readonly ModelFaultCase[]): Promise<RoundResult> {
  const session = new Session(lab);
  const memory = new MemoryWatch(
    lab.programs.map(({ role, place, pid }) => ({ name: `${role} ${place}`, pid })),
  );
  const timer = setInterval(() => memory.look(), LOOK_EVERY);
  try {
    await lab.emulator.inject(...cases.map(ruleOf));
    const beside = neighbours(round, round === 'always' ? NEIGHBOURS_OF_LASTING : NEIGHBOURS);
    const requests = [...cases.map(({ request }) => request), ...beside.slice(0, NEIGHBOURS)];
    for (const request of requests) await session.client.accepted(request);
    for (const request of beside.slice(NEIGHBOURS)) {
      await delay(NEIGHBOUR_EVERY);
      await session.client.accepted(request);
    }
    return { evidence: await session.evidence(QUIET_WITHIN), memory };
  } finally {
    clearInterval(timer);
    await lab.emulator.clearFaults();
    await session.close();
  }
}

/** Everything that is wrong, each by the case that it is about. */
function judgeRound(
  lab: Lab,
  { evidence, memory }: RoundResult,
  cases: readonly ModelFaultCase[],
  identityOf: (name: string) => CaseIdentity,
  round: Round,
): ScenarioViolation[] {
  const caseOfText = new Map(cases.map((each) => [each.request.goal, each]));
  const nameOfGoal = new Map(
    evidence.goals.map(({ goalId, text }) => [goalId, caseOfText.get(text)?.name ?? `neighbour, ${round}`]),
  );
  const found = judge(lab, identityOf(round), evidence, {
    faultsPastLock: 0,
    concurrency: 0,
    minSuccess: 0,
  }).map((violation) => {
    const name = nameOfGoal.get(violation.goalId ?? '') ?? violation.case;
    return { ...violation, case: name, repeat: identityOf(name).repeat };
  });
  const own = (name: string, goalId: string | null, messages: readonly string[]): ScenarioViolation[] =>
    messages.map((message) => ({
      case: name,
      invariant: 'model-fault',
      goalId,
      message,
      repeat: identityOf(name).repeat,
    }));
  const ends = callsByGoal(evidence).flatMap((goalCalls) => {
    const { goalId, text } = goalCalls.seen;
    const struck = caseOfText.get(text);
    const messages = struck ? judgeEnd(struck, goalCalls) : judgeNeighbour(goalCalls, NEIGHBOUR_WITHIN);
    return own(nameOfGoal.get(goalId) ?? round, goalId, messages);
  });
  const grown = memory
    .figures()
    .filter(({ before, most }) => (most ?? 0) - (before ?? 0) > MOST_MEMORY)
    .map(
      ({ name, before, most }) =>
        `The ${name} has grown from ${Math.round(before ?? 0)} to ${Math.round(most ?? 0)} MiB.`,
    );
  return [...found, ...ends, ...own(round, null, grown)];
}

/** Has the model fail in every way it can, at every step, and looks at the ends, the neighbours, the bill and the memory. */
export async function modelFaults(options: ModelFaultsOptions): Promise<ScenarioReport> {
  const { seed, log, only, short = false, root } = options;
  const startedAt = performance.now();
  const violations: ScenarioViolation[] = [];
  const figures: Record<string, number | string> = {};
  let done = 0;
  const lab = await openLab({
    environment,
    lockDuration: 5_000,
    stalledInterval: 1_000,
    ...(root !== undefined && { root }),
  });
  const identityOf = (name: string): CaseIdentity => ({
    scenario: 'model',
    name,
    repeat: repeatCommand('model', seed, ['--only', `"${name}"`]),
  });
  try {
    for (const round of rounds) {
      const cases = casesOf(round).filter(({ name }) => only === undefined || name.includes(only));
      if (cases.length === 0 || (short && round === 'always')) continue;
      let found: ScenarioViolation[];
      try {
        const result = await runRound(lab, round, cases);
        found = judgeRound(lab, result, cases, identityOf, round);
        const growth = result.memory.figures().map(({ before, most }) => (most ?? 0) - (before ?? 0));
        const { paid, repeated } = repeatRate(result.evidence);
        figures[`${round}: paid calls, repeated`] = `${paid}, ${repeated}`;
        figures[`${round}: most growth of a process, MiB`] = Math.round(Math.max(...growth));
      } catch (error) {
        found = notCarriedOut(lab, identityOf(round), error as Error);
      }
      done += cases.length;
      violations.push(...found);
      for (const { name } of cases)
        log(`${found.some((each) => each.case === name) ? 'FAIL' : 'ok  '} ${name}`);
      for (const { case: name, invariant, message } of found) log(`     ${name}: ${invariant} ${message}`);
    }
  } finally {
    await lab.close();
  }
  return { name: 'model faults', cases: done, violations, figures, tookMs: performance.now() - startedAt };
}
