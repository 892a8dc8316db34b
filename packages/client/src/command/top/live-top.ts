import { systemClock } from '../../clock.ts';
import { BatonError, ConnectionError } from '../../errors.ts';
import { openRedrawnLines } from '../../view/redrawn-lines.ts';
import type { Surroundings } from '../context.ts';
import { Interruption } from '../exit-code.ts';
import type { Poll } from './poll.ts';
import { spendRate } from './rates.ts';
import { nextKey, type SortKey } from './sorting.ts';
import { topLines, type TopView } from './top-lines.ts';

export interface LiveTopOptions {
  readonly poll: Poll;
  /** As it is shown. */
  readonly server: string;
  /** Ms between the end of a look and the next. */
  readonly interval: number;
}

/** Ms between two drawings: times go on, and a terminal that was resized is seen. */
const TICK = 250;
/** Ms that a look may take before it counts as failed. */
const PATIENCE = 15_000;

/** The server may be there again in a moment. */
function isPassing(error: unknown): error is Error {
  if (error instanceof ConnectionError) return true;
  return error instanceof BatonError && (error.status >= 500 || error.status === 429);
}

/**
 * Draws what the looks find until `q` is pressed or the signal aborts, which rejects with its reason. What goes wrong with the
 * first look ends it; later a server that can not be asked is waited for.
 */
export async function liveTop(
  { stdin, stdout, signal, now }: Pick<Surroundings, 'stdin' | 'stdout' | 'signal' | 'now'>,
  { poll, server, interval }: LiveTopOptions,
): Promise<void> {
  const leaving = new AbortController();
  const ending = AbortSignal.any([signal, leaving.signal]);
  const rate = spendRate();
  const first = await poll({ signal });
  let view: TopView = {
    snapshot: first,
    server,
    sortBy: 'load',
    costPerHour: rate.note(first),
    trouble: null,
    hasKeys: stdin.isTerminal,
  };
  const lines = openRedrawnLines(stdout);

  function draw(): void {
    // A line that fills the last column makes some terminals go on to the next.
    const { columns, rows, color } = stdout;
    lines.draw(topLines(view, { now: now(), width: columns - 1, height: rows - 1, color }));
  }

  function sortBy(key: SortKey): void {
    view = { ...view, sortBy: key };
    draw();
  }

  function onKey(key: string): void {
    if (key === 'q' || key === 'escape') leaving.abort();
    else if (key === 'ctrl-c') leaving.abort(new Interruption('SIGINT'));
    else if (key === 'tab' || key === 'right') sortBy(nextKey(view.sortBy));
    else if (key === 'shift-tab' || key === 'left') sortBy(nextKey(view.sortBy, -1));
  }

  async function look(): Promise<void> {
    try {
      const snapshot = await poll({ signal: ending, timeoutMs: PATIENCE });
      view = { ...view, snapshot, costPerHour: rate.note(snapshot), trouble: null };
    } catch (error) {
      if (ending.aborted || !isPassing(error)) throw error;
      view = { ...view, trouble: { reason: error.message, since: view.trouble?.since ?? view.snapshot.at } };
    }
  }

  const noMoreKeys = stdin.isTerminal ? stdin.keys(onKey) : () => undefined;
  const ticks = setInterval(draw, TICK);
  try {
    for (;;) {
      draw();
      await systemClock.pause(interval, ending);
      await look();
    }
  } catch (error) {
    // Whoever pressed `q` is done; `Interruption` says that somebody wanted more than that.
    const hasLeft = leaving.signal.aborted && !(leaving.signal.reason instanceof Interruption);
    if (!hasLeft) throw error;
  } finally {
    clearInterval(ticks);
    noMoreKeys();
    draw();
    lines.close();
  }
}
