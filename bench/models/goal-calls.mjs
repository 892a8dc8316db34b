/** @typedef {import('./fleet.mjs').Fleet} Fleet */

/** A goal of so many tasks that wait for nothing. @param {string} goal its text @param {number} tasks */
export function sideBySide(goal, tasks) {
  return {
    goal,
    plan: {
      analysis: 'Side by side.',
      tasks: Array.from({ length: tasks }, (_, index) => ({
        id: `t${index}`,
        worker: 'researcher',
        description: `Find out what there is to know about thing ${index}.`,
        dependencies: [],
      })),
    },
    options: { maxTasks: tasks },
  };
}

/** What the emulator is to do with calls to come. @param {Fleet} fleet @param {readonly object[]} faults */
export async function planFaults({ emulatorUrl }, faults) {
  const response = await fetch(`${emulatorUrl}/_emulator/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(faults),
  });
  if (!response.ok) throw new Error(`The emulator took no faults: ${await response.text()}`);
}

/** @param {Fleet} fleet @param {object} request @returns {Promise<string>} the goal's id */
export async function submit({ apiUrl }, request) {
  const response = await fetch(`${apiUrl}/v1/goals`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  if (!response.ok) throw new Error(`The goal was not taken: ${await response.text()}`);
  return /** @type {{ id: string }} */ (await response.json()).id;
}

/**
 * The goal, once it has ended.
 * @param {Fleet} fleet
 * @param {string} goalId
 * @returns {Promise<import('@baton/shared/contract/goal').Goal | null>}
 */
export async function endOf({ apiUrl }, goalId) {
  const response = await fetch(`${apiUrl}/v1/goals/${goalId}`);
  const goal = /** @type {import('@baton/shared/contract/goal').Goal} */ (await response.json());
  return goal.finishedAt === null ? null : goal;
}

/**
 * What the emulator knows of one call; times are ms since the epoch.
 * @typedef {{ role: string | null, at: number, paidAt: number | null, endedAt: number | null, status: number | null }} Call
 */

/** @param {Fleet} fleet @returns {Promise<Call[]>} */
export async function callsOf({ emulatorUrl }) {
  const response = await fetch(`${emulatorUrl}/_emulator/calls`);
  return /** @type {{ calls: Call[] }} */ (await response.json()).calls;
}
