import type { EmulatorControl, WireRequest } from '../emulator.ts';

/** The text of a request's first turn: what the role is told. */
export function userText({ body }: WireRequest): string {
  return body.messages[0]?.content ?? '';
}

/** All calls that hold the goal's text, oldest first, by who made them. */
export interface Wire {
  of(role: string, task?: string): WireRequest[];
  readonly all: readonly WireRequest[];
}

export async function wireOf(emulator: EmulatorControl, goal: string): Promise<Wire> {
  const all = await emulator.requests(JSON.stringify(goal).slice(1, -1));
  return {
    all,
    of: (role, task) =>
      all.filter((request) => request.role === role && (task === undefined || request.task === task)),
  };
}

/** The ids of the tasks whose results a request holds, in its elements `name`: `dependency` or `outcome`. */
export function resultsIn(request: WireRequest, name: 'dependency' | 'outcome'): string[] {
  const tags = userText(request).matchAll(new RegExp(`<${name} [^>]*\\btask="([^"]+)"`, 'g'));
  return [...tags].map(([, id = '']) => id).sort();
}
