import type { Goal } from '../contract/goal.ts';
import { frame, tripEvents, tripGoal } from './sample-goal.ts';
import { eventStream, json, startStubServer, type StubServer } from './stub-server.ts';

/** The trip as it is when it has just been submitted. */
export const acceptedTrip: Goal = {
  ...tripGoal,
  status: 'accepted',
  finishedAt: null,
  output: null,
  simulated: false,
  missing: [],
};

/** A server on which a new goal ends as given. */
export function serverEnding(
  ended: Goal,
  stream = eventStream(...tripEvents.map(frame)),
): Promise<StubServer> {
  return startStubServer({
    'POST /v1/goals': [json(202, acceptedTrip)],
    'GET /v1/goals/goal_1/events': [stream],
    'GET /v1/goals/goal_1': [json(200, ended)],
  });
}
