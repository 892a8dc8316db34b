import { mean } from './statistics.mjs';

/** @typedef {import('./side.mjs').GoalRun} GoalRun */
/** @typedef {import('@baton/shared/contract/event').GoalEvent} GoalEvent */

/** Events carry whole ms, rounded down; the client's own marks have fractions. */
const ROUNDED_OFF = 0.5;

/** @param {readonly GoalEvent[]} events @param {(event: GoalEvent['event']) => boolean} matches */
function moments(events, matches) {
  return events.filter(({ event }) => matches(event)).map(({ data }) => Date.parse(data.at) + ROUNDED_OFF);
}

/**
 * The steps of a goal's life and when each was over.
 * @param {GoalRun} run
 * @returns {readonly (readonly [string, number])[]}
 */
function milestones({ sentAt, events, endedAt }) {
  /** @param {GoalEvent['event']} name */
  const at = (name) => moments(events, (event) => event === name);
  const taskEnds = moments(events, (event) => event === 'task.succeeded');
  return [
    ['', sentAt],
    ['request read, checked, written to the ledger', Math.min(...at('goal.accepted'))],
    ['queued, picked up, plan recorded', Math.min(...at('goal.planned'))],
    ['flow compiled, added and checked, first task started', Math.min(...at('task.started'))],
    ['tasks, first start to last outcome', Math.max(...taskEnds)],
    ['last job completed, join released and started', Math.min(...at('goal.synthesizing'))],
    ['synthesis and end recorded', Math.min(...at('goal.succeeded'))],
    ['end seen by the client', endedAt],
  ];
}

/**
 * Where the time of lone goals goes: the mean of each step, in ms. Empty when the runs have no events.
 * @param {readonly GoalRun[]} runs
 * @returns {{ step: string, ms: number }[]}
 */
export function lonePhases(runs) {
  const lives = runs.filter(({ events }) => events.length > 0).map(milestones);
  const [first] = lives;
  if (!first) return [];
  return first.slice(1).map(([step], index) => ({
    step,
    ms: mean(lives.map((life) => (life[index + 1]?.[1] ?? NaN) - (life[index]?.[1] ?? NaN))),
  }));
}
