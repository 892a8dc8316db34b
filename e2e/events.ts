import type { GoalEvent } from '@baton/shared/contract/event';

export type { GoalEvent } from '@baton/shared/contract/event';

function parseFrame(frame: string): GoalEvent | null {
  const fields = new Map(
    frame
      .split('\n')
      .filter((line) => !line.startsWith(':'))
      .map((line) => {
        const colon = line.indexOf(': ');
        return [line.slice(0, colon), line.slice(colon + 2)] as const;
      }),
  );
  const [id, event, data] = ['id', 'event', 'data'].map((name) => fields.get(name));
  if (id === undefined || event === undefined || data === undefined) return null;
  return { id, event: event as GoalEvent['event'], data: JSON.parse(data) as GoalEvent['data'] };
}

/** The events of a `text/event-stream` reply, until the server ends it. */
export async function* readEventStream(response: Response): AsyncGenerator<GoalEvent> {
  if (!response.body) return;
  let waiting = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    waiting += text;
    const frames = waiting.split('\n\n');
    waiting = frames.pop() ?? '';
    for (const frame of frames) {
      const event = parseFrame(frame);
      if (event) yield event;
    }
  }
  if (waiting !== '') throw new Error(`The stream ended inside a frame: ${waiting}`);
}

export function named(events: readonly GoalEvent[], ...names: GoalEvent['event'][]): GoalEvent[] {
  return events.filter(({ event }) => names.includes(event));
}

/** The event's position in the goal's life; fails when it is not there exactly once. */
export function positionOf(events: readonly GoalEvent[], name: GoalEvent['event'], taskId?: string): number {
  const found = named(events, name).filter(({ data }) => taskId === undefined || data.taskId === taskId);
  const [only] = found;
  if (found.length !== 1 || !only)
    throw new Error(`${found.length} events ${name} ${taskId ?? ''} instead of one`);
  return Number(only.id);
}
